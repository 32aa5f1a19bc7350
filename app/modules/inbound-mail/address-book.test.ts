import { expect, test } from "vitest";
import { addressBookOf, recipientOf, type ReadSigned } from "./address-book";

const flows = { id: "flows", abuseEmail: "abuse@flows.example", appealsEmail: "appeals@flows.example", supportEmail: "someone@gmail.example", securityEmail: "security@flows.example" };
const xpecto = { id: "xpecto", abuseEmail: "support@xpecto.example", appealsEmail: "Appeals@Xpecto.example", supportEmail: "support@xpecto.example", securityEmail: "abuse@flows.example" };
const book = addressBookOf([flows, xpecto]);
const readSigned: ReadSigned = (address) => (address.startsWith("case+right") ? { purpose: "case", names: "R-AAAA-BBBB" } : address.startsWith("bounce+right") ? { purpose: "bounce", names: "id" } : null);

test.each([
  ["abuse@flows.example", "flows", "abuse", null],
  ["ABUSE@Flows.Example", "flows", "abuse", null],
  ["appeals@xpecto.example", "xpecto", "appeals", null],
  ["someone@gmail.example", "flows", "support", null],
  ["postmaster@flows.example", "flows", "postmaster", null],
  ["support@xpecto.example", "xpecto", "abuse", null],
  ["case+right@flows.example", "flows", "reply", "R-AAAA-BBBB"],
  ["bounce+right@xpecto.example", "xpecto", "bounce", "id"],
])("%s is %s's, for %s", (address, platformId, role, refersTo) => {
  expect(recipientOf(book, readSigned, address)).toEqual({ address: address.toLowerCase(), platformId, role, refersTo });
});

test.each([
  ["a stranger", "victim@elsewhere.example"],
  ["another mailbox of our domain", "sales@flows.example"],
  ["a signature that is not ours", "case+wrong@flows.example"],
  ["a signed address in a domain that is not ours", "case+right@elsewhere.example"],
  ["the domain a support address is in is not ours", "postmaster@gmail.example"],
  ["nor are signed addresses there", "case+right@gmail.example"],
  ["a source route", "@flows.example:abuse@elsewhere.example"],
  ["the percent hack", "victim%elsewhere.example@flows.example"],
  ["a subdomain", "abuse@mail.flows.example"],
  ["nothing", ""],
])("takes no mail for %s", (_who, address) => {
  expect(recipientOf(book, readSigned, address)).toBeNull();
});
