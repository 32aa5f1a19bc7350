import type { MessageEvent } from "../message-event";

/** What an account did in one civil day of its platform: the denominators of its findings. */
export interface DayTally {
  sent: number;
  marketing: number;
  automated: number;
  templates: number;
  /** Marketing delivered, and people who opted out. */
  delivered: number;
  optOuts: number;
  requests: number;
}

export const newTally = (): DayTally => ({ sent: 0, marketing: 0, automated: 0, templates: 0, delivered: 0, optOuts: 0, requests: 0 });

export function countIn(tally: DayTally, event: MessageEvent): void {
  switch (event.type) {
    case "message.sent":
    case "template.sent":
      tally.sent += 1;
      if (event.category === "marketing") tally.marketing += 1;
      else if (event.category === "automated") tally.automated += 1;
      if (event.templateId !== null || event.type === "template.sent") tally.templates += 1;
      return;
    case "message.delivered":
      if (event.category === "marketing") tally.delivered += 1;
      return;
    case "opt_out":
      tally.optOuts += 1;
      return;
    case "api.request":
      tally.requests += 1;
  }
}
