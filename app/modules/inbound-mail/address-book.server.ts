import type { Deps } from "~/infra/deps.server";
import { verifyAddress } from "~/infra/signed-address.server";
import { addressBookOf, recipientOf, type AddressBook, type Recipient } from "./address-book";

/** As long as a changed address may go on being refused, or taken. */
const freshMs = 5_000;

export interface Recipients {
  /** @throws when the database cannot be reached and nothing fresh is known */
  find(address: string): Promise<Recipient | null>;
}

/** Whose mail is taken, kept for a moment so that a mail to a hundred recipients asks the database once. */
export function openRecipients({ db, crypto }: Pick<Deps, "db" | "crypto">): Recipients {
  let known: { book: AddressBook; until: number } | null = null;
  let asked: Promise<AddressBook> | null = null;
  const load = async (): Promise<AddressBook> => {
    const platforms = await db.platform.findMany({ orderBy: { key: "asc" }, select: { id: true, abuseEmail: true, appealsEmail: true, supportEmail: true, securityEmail: true } });
    const book = addressBookOf(platforms);
    known = { book, until: performance.now() + freshMs };
    return book;
  };
  return {
    async find(address) {
      if (known && performance.now() < known.until) return recipientOf(known.book, (signed) => verifyAddress(crypto, signed), address);
      asked ??= load().finally(() => (asked = null));
      return recipientOf(await asked, (signed) => verifyAddress(crypto, signed), address);
    },
  };
}
