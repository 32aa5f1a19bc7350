/** Which forms the page of an action has, for who looks at it. */
export interface FormsShown {
  change: boolean;
  pendingChange: boolean;
  interim: boolean;
  extension: boolean;
  extend: boolean;
  lift: boolean;
}

const formOf: Readonly<Record<string, keyof FormsShown>> = {
  change: "change",
  "preview-change": "change",
  "approve-change": "pendingChange",
  "reject-change": "pendingChange",
  "withdraw-change": "pendingChange",
  "approve-interim": "interim",
  "reject-interim": "interim",
  "withdraw-interim": "interim",
  "approve-extension": "extension",
  "reject-extension": "extension",
  "withdraw-extension": "extension",
  extend: "extend",
  lift: "lift",
};

/** What has to be said of a form that was sent and is not there any more: what it asked about was answered, or ended, meanwhile. */
export function saidWithoutForm(answer: { intent: string; errors: readonly string[] } | undefined, shown: FormsShown): string | null {
  if (!answer || answer.errors.length === 0) return null;
  const form = formOf[answer.intent];
  return form && shown[form] ? null : answer.errors.join(" ");
}
