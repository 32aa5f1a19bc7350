import { expect, test } from "vitest";
import { maskedContact } from "./contact";

test.each([
  ["email", "owner@zenith.example", "o•••@z•••.example"],
  ["email", "a@b.co", "a•••@b•••.co"],
  ["email", "ñandú@correo.peñafiel.example", "ñ•••@c•••.example"],
  ["email", "o@localhost", "o•••@l•••"],
  ["phone", "+13075550142", "+1•••42"],
] as const)("%s %s is shown as %s", (kind, value, shown) => expect(maskedContact(kind, value)).toBe(shown));
