import { equalBytes, type FieldCrypto } from "./crypto.server";

/**
 * Private links without a password: the token is the id of an `AccessLink` row and a signature that binds it to
 * one purpose. The signature proves that the token was issued here before any row is read; the row carries what
 * a signature cannot: expiry and revocation.
 */
export type LinkPurpose = "report_status" | "account_standing" | "appeal_status" | "reporter_standing" | "sender_health";

const idBytes = 16;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** base64url of the row's id (16 bytes) and a 128-bit HMAC-SHA256: 43 characters. */
export function signLink(crypto: FieldCrypto, purpose: LinkPurpose, rowId: string): string {
  if (!uuid.test(rowId)) throw new Error("a link is signed for a row id");
  const id = Buffer.from(rowId.replaceAll("-", ""), "hex");
  return Buffer.concat([id, crypto.signature(id, `link:${purpose}`)]).toString("base64url");
}

/** The row id inside a token this installation signed for `purpose`, else null. Says nothing about expiry. */
export function verifyLink(crypto: FieldCrypto, purpose: LinkPurpose, token: string): string | null {
  if (!/^[A-Za-z0-9_-]{43}$/.test(token)) return null;
  const bytes = Buffer.from(token, "base64url");
  if (!equalBytes(Buffer.from(bytes.toString("base64url")), Buffer.from(token))) return null;
  const id = bytes.subarray(0, idBytes);
  if (!crypto.verifySignature(id, `link:${purpose}`, bytes.subarray(idBytes))) return null;
  const hex = id.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
