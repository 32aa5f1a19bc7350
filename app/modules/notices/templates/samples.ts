import type { EmailTemplate } from "#emails/index";
import type { Locale } from "#emails/locale";
import type { PropsOf } from "../audience";

const at = (iso: string) => new Date(iso);
const link = (page: string) => `https://console.example/${page}/sample`;

const words = {
  en: {
    business: "Summit Roofing LLC",
    facts: "Between 2 and 5 November your account sent 41 marketing messages to contacts who had opted out, of 1,204 delivered.",
    reason: "The messages go on while we look into them.",
    grounds: "The consent records you sent cover 38 of the 41 messages.",
    appealQuestion: "Which of your forms did these contacts sign, and when?",
    putAside: "Your message names no measure, and we found none that it fits.",
    question: "Do you still have the message that arrived after you wrote STOP?",
    clause: "Messages after an opt-out",
    policy: "Acceptable use policy",
    area: "WhatsApp rules",
    features: ["Marketing messages", "Campaigns"],
  },
  es: {
    business: "Techos Cumbre LLC",
    facts: "Entre el 2 y el 5 de noviembre su cuenta envió 41 mensajes de mercadeo a contactos que habían pedido no recibirlos, de 1,204 entregados.",
    reason: "Los mensajes siguen saliendo mientras los revisamos.",
    grounds: "Los consentimientos que usted envió cubren 38 de los 41 mensajes.",
    appealQuestion: "¿Cuál de sus formularios firmaron estos contactos y cuándo?",
    putAside: "Su mensaje no nombra ninguna medida, y no encontramos una que corresponda.",
    question: "¿Conserva el mensaje que llegó después de que usted escribió STOP?",
    clause: "Mensajes después de una baja",
    policy: "Política de uso aceptable",
    area: "Reglas de WhatsApp",
    features: ["Mensajes de mercadeo", "Campañas"],
  },
} as const;

type Samples = { [Template in EmailTemplate]: PropsOf<Template> };

/** Facts a preview is made of where no case is at hand: everything a message can carry, with nobody's data. */
export function samplesIn(locale: Locale): Samples {
  const say = words[locale];
  const decidedAt = at("2026-11-20T21:05:00Z");
  const restriction = { kind: "feature_restriction" as const, features: say.features, startsAt: decidedAt, endsAt: at("2026-12-04T21:05:00Z") };
  return {
    report_receipt: { reference: "R-7F3K-92QD", receivedAt: decidedAt, statusUrl: link("status") },
    report_outcome: { reference: "R-7F3K-92QD", decidedAt, outcome: "action_taken", statusUrl: link("status") },
    information_request: { reference: "R-7F3K-92QD", question: say.question, answerBefore: at("2026-12-05T07:00:00Z"), statusUrl: link("status") },
    decision_reversed: { reference: "R-7F3K-92QD", at: decidedAt, outcome: "reversed", statusUrl: link("status") },
    reporting_measure: { reference: "RM-7F3K-92QD", kind: "mute", reason: say.reason, unfounded: 3, judged: 3, endsAt: at("2026-12-20T21:05:00Z"), objectionDays: 30, answerBusinessDays: 10, standingUrl: link("reporting") },
    reporting_ruling: { reference: "RM-7F3K-92QD", kind: "mute", ruling: "lifted", grounds: say.grounds, standingUrl: link("reporting") },
    statement_of_reasons: {
      businessName: say.business,
      reference: "D-4K7Q-T2MX",
      decidedAt,
      decidedBy: "person",
      detectedBy: "both",
      factsFound: say.facts,
      findings: [{ clauseCode: "CF-AUP-4.3.a", clauseTitle: say.clause, policyTitle: say.policy, versionLabel: "2" }],
      measures: [restriction],
      strikes: [{ weight: 2, expiresAt: at("2027-11-20T21:05:00Z") }],
      appeal: { url: link("standing"), windowDays: 30, openAtLeastUntil: at("2026-12-21T07:00:00Z") },
    },
    interim_measure: {
      businessName: say.business, reference: "A-4K7Q-T2MX", takenAt: decidedAt, isNew: true, measure: restriction, reason: say.reason, policyArea: say.area, standingUrl: link("standing"),
      reasons: { decidedBy: "person", detectedBy: "both", finding: { clauseCode: "CF-AUP-4.3.a", clauseTitle: say.clause, policyTitle: say.policy, versionLabel: "2" }, toldBefore: null, appeal: { windowDays: 30, openAtLeastUntil: at("2026-12-21T07:00:00Z") } },
    },
    action_changed: {
      businessName: say.business,
      reference: "A-9M3X-K2QF",
      changedAt: decidedAt,
      before: { reference: "A-4K7Q-T2MX", kind: "suspension", endsAt: at("2026-12-20T21:05:00Z") },
      measure: restriction,
      reason: say.grounds,
      appeal: { windowDays: 30, openAtLeastUntil: at("2026-12-21T07:00:00Z") },
      standingUrl: link("standing"),
    },
    action_ended: { businessName: say.business, reference: "A-4K7Q-T2MX", kind: "suspension", endedAt: decidedAt, how: "lifted", reason: say.reason, standingUrl: link("standing") },
    appeal_receipt: { reference: "P-4K7Q-T2MX", filedAt: decidedAt, dueBefore: at("2026-12-08T07:00:00Z"), reviewBusinessDays: 10, late: true, standingUrl: link("standing") },
    appeal_by_mail: { reference: "U-4K7Q-T2MX", receivedAt: decidedAt, statusUrl: link("appeal/status"), appealUrl: link("appeal") },
    appeal_put_aside: { reference: "U-4K7Q-T2MX", receivedAt: decidedAt, reason: say.putAside, appealUrl: link("appeal") },
    appeal_question: { reference: "P-4K7Q-T2MX", question: say.appealQuestion, waitBusinessDays: 5, standingUrl: link("standing") },
    appeal_question_ended: { reference: "P-4K7Q-T2MX", askedAt: decidedAt, dueBefore: at("2026-12-08T07:00:00Z"), standingUrl: link("standing") },
    appeal_delayed: { reference: "P-4K7Q-T2MX", filedAt: decidedAt, dueBefore: at("2026-12-08T07:00:00Z"), standingUrl: link("standing") },
    appeal_ruling: {
      reference: "P-4K7Q-T2MX",
      ruledAt: decidedAt,
      outcome: "modified",
      grounds: say.grounds,
      newMeasure: { kind: "warning", features: [], startsAt: decidedAt, endsAt: null },
      strikesVoided: 1,
      standingUrl: link("standing"),
    },
    sender_health: { businessName: say.business, expiresAt: at("2026-12-20T21:05:00Z"), healthUrl: link("sending") },
    appeal_deadline: { step: "warned", reference: "P-4K7Q-T2MX", platform: "CustomerFlows", dueBefore: at("2026-12-08T07:00:00Z"), zone: "America/Denver", reviewer: "Rita", appealUrl: link("appeals") },
    preservation_expiring: { reference: "L-4K7Q-T2MX", agency: "Sheridan Police", expiresAt: at("2027-02-18T07:00:00Z"), renewable: true, requestUrl: link("referrals") },
    policy_held: { policy: "CF-AUP", version: 2, platform: "CustomerFlows", zone: "America/Denver", reason: "not_everybody_told", wasToBegin: at("2026-12-16T07:00:00Z"), earliest: at("2026-12-19T07:00:00Z"), notTold: 12, notReached: 3, campaignUrl: link("notices") },
    webhook_stopped: { platform: "CustomerFlows", zone: "America/Denver", endpoint: "Production", host: "hooks.customerflows.example", stoppedAt: decidedAt, cancelled: 3, settingsUrl: link("settings") },
    staff_invite: { name: "Ana", invitedBy: "Ada", roles: ["analyst"], setupUrl: link("invite"), expiresAt: at("2026-11-23T21:05:00Z") },
  };
}
