import { z } from "zod";
import { eventFaults as faults, longest, plainRule } from "./event-fields";

/** Looser than what may be registered: an id that no account can have is simply unknown. */
export const externalId = z.string(faults.text).min(1, faults.empty).max(longest.account, faults.long(longest.account)).regex(plainRule, faults.control);
