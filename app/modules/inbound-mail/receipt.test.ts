import { expect, test } from "vitest";
import { acknowledgedWords, type Receipt } from "./receipt";

const receipt = (state: Receipt["state"], paused = false): Receipt => ({ noticeId: "0193b1f0-5d1e-7c3a-9f20-1d2e3f4a5b6c", state, paused });

test.each<[string, Parameters<typeof acknowledgedWords>[0]]>([
  ["Yes", { acknowledged: true, receipt: receipt("handed_over"), reading: {} }],
  ["Yes", { acknowledged: true, receipt: receipt("handed_over", true), reading: {} }],
  ["Yes", { acknowledged: true, receipt: receipt("delivered"), reading: {} }],
  ["Yes", { acknowledged: true, receipt: null, reading: {} }],
  ["Not yet: the receipt waits to be sent", { acknowledged: true, receipt: receipt("queued"), reading: {} }],
  ["Not yet: sending is paused, and the receipt waits", { acknowledged: true, receipt: receipt("queued", true), reading: {} }],
  ["No: the receipt came back", { acknowledged: true, receipt: receipt("bounced"), reading: {} }],
  ["No: the receipt could not be sent", { acknowledged: true, receipt: receipt("failed"), reading: {} }],
  ["No: it came by a mailing list", { acknowledged: false, receipt: null, reading: { notAcknowledged: "list" } }],
  ["No: something new", { acknowledged: false, receipt: null, reading: { notAcknowledged: "something new" } }],
  ["No", { acknowledged: false, receipt: null, reading: {} }],
])("%s", (words, mail) => {
  expect(acknowledgedWords(mail)).toBe(words);
});
