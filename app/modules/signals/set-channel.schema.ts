import { z } from "zod";

const platformKey = z.string().regex(/^[a-z][a-z0-9-]{1,40}$/, "There is no such platform.");
const provider = z.enum(["whatsapp", "twilio"], "A provider is whatsapp or twilio.");
const secret = z.string().trim().min(16, "A secret has at least 16 characters.").max(200, "A secret has at most 200 characters.");

export const setChannelSchema = z.object({ platformKey, provider, secret, verifyToken: secret.optional() });
export type SetChannelInput = z.output<typeof setChannelSchema>;

export const switchChannelSchema = z.object({ platformKey, provider, on: z.enum(["on", "off"]).transform((word) => word === "on") });
export type SwitchChannelInput = z.output<typeof switchChannelSchema>;

export const nameSenderSchema = z.object({
  platformKey,
  provider,
  externalId: z.string().min(1, "Say whose it is.").max(120),
  /** A phone number id, a business account's id, a number in E.164, a messaging service or an account of the provider. */
  sender: z.string().trim().regex(/^\+?[A-Za-z0-9]{5,64}$/, "A sender is an id of the provider's or a number in E.164."),
});
export type NameSenderInput = z.output<typeof nameSenderSchema>;
