import { z } from "zod";
import { cleanEmail } from "~/infra/text";
import { contactRoles } from "./contact";
import { phoneNumber } from "./upsert-account.schema";

const common = {
  role: z.enum(contactRoles, `is none of ${contactRoles.join(", ")}`).default("owner").describe("Who speaks for the account. Mandatory notices go to owner, legal, admin, billing and then to the others, in the order of the list, until one address takes them."),
  language: z.enum(["en", "es"], "is not en or es").nullable().default(null).describe("In which this person is written to; null: the account's."),
};
const contact = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("email"), address: cleanEmail({ invalid: "is not a mail address" }), ...common }),
  z.strictObject({ kind: z.literal("phone"), number: phoneNumber, ...common }),
]);

/** Everybody a platform reaches an account by. The list replaces the one before. */
export const setContactsSchema = z.strictObject({
  contacts: z.array(contact, "is not a list").max(30, "holds more than 30").superRefine((contacts, context) => {
    const seen = new Set<string>();
    contacts.forEach((one, index) => {
      const key = one.kind === "email" ? one.address.toLowerCase() : one.number;
      if (seen.has(key)) context.addIssue({ code: "custom", path: [index], message: "is in the list twice" });
      seen.add(key);
    });
  }),
});
export type SetContactsInput = z.output<typeof setContactsSchema> & { externalId: string };
