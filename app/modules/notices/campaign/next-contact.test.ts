import { expect, test } from "vitest";
import { inOrder, nextContact, type ContactPoint, type TriedMessage } from "./next-contact";

const contact = (id: string, over: Partial<ContactPoint> = {}): ContactPoint => ({ id, role: "owner", position: 0, addressHash: `hash-${id}`, ...over });
const message = (contactId: string, state: TriedMessage["state"], over: Partial<TriedMessage> = {}): TriedMessage => ({ id: `m-${contactId}`, contactId, addressHash: `hash-${contactId}`, state, takenBack: false, ...over });

test("contacts come by role, then by position, then as they were added", () => {
  const given = [contact("e", { role: "marketing" }), contact("d", { role: "billing" }), contact("c", { position: 1 }), contact("b"), contact("a", { role: "admin" })];
  expect(inOrder(given).map(({ id }) => id)).toEqual(["b", "c", "a", "d", "e"]);
});

test.each([
  ["the first", [contact("a"), contact("b", { position: 1 })], [], { step: "write", contact: contact("a"), position: 1 }],
  ["the next after one that refused", [contact("a"), contact("b", { position: 1 })], [message("a", "failed")], { step: "write", contact: contact("b", { position: 1 }), position: 2 }],
  ["the next after one that came back", [contact("a"), contact("b", { position: 1 })], [message("a", "bounced")], { step: "write", contact: contact("b", { position: 1 }), position: 2 }],
  ["nobody while one waits", [contact("a"), contact("b")], [message("a", "queued")], { step: "wake", messageId: "m-a" }],
  ["nobody once one was accepted", [contact("a"), contact("b")], [message("a", "handed_over")], { step: "told", messageId: "m-a" }],
  ["a person when none is left", [contact("a")], [message("a", "failed")], { step: "unreachable" }],
  ["a person when there is none", [], [], { step: "unreachable" }],
  ["no address twice, under whatever contact it stands", [contact("b", { addressHash: "hash-a" })], [message("a", "bounced")], { step: "unreachable" }],
  ["an address that was taken back unwritten and given again", [contact("b", { addressHash: "hash-a" })], [message("a", "failed", { takenBack: true })], { step: "write", contact: contact("b", { addressHash: "hash-a" }), position: 2 }],
])("it is up to %s", (_who, contacts, tried, next) => expect(nextContact(contacts, tried)).toEqual(next));
