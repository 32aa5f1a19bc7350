export const messageDirections = ["to_reporter", "from_reporter", "from_unknown"] as const;
/** Of a message on a report; `from_unknown` came by mail to its answer address, from whom nobody vouches for. */
export type MessageDirection = (typeof messageDirections)[number];

/** Above a message from nobody knows whom, as staff read it. */
export const unprovenReply = "Came by mail to the report's answer address; nothing proves that its reporter wrote it";
