import { oneOf, between } from "./chance";

/** A report as the grouping sees it, and which campaign its message is of; null: nobody else was sent it. */
export interface WaveSample {
  text: string;
  campaign: number | null;
}

const names = ["Ana", "Roberto", "Wei", "Fatima", "Jürgen", "O’Neill", "Thandiwe", "Lakshmi", "Bob", "María José", "Ingrid", "Yusuf"];
const openings = ["Hi {name},", "Hello {name}!", "Dear {name}", "{name}, good news:", "URGENT {name}:", "Hola {name},", "¡{name}!", ""];
const closings = ["Reply STOP to unsubscribe.", "Text STOP to end. Msg & data rates may apply.", "Responde BAJA para no recibir más mensajes.", "", "Sent by {business}, 12 Main Street, Sheridan WY."];
const businesses = ["Ridge Supply", "Casa Verde", "Bright Loans", "Peak Roofing", "Solar Direct", "Clínica Sur"];

const starts = [
  "your parcel is held at our depot and will be returned tomorrow", "we noticed a sign-in to your bank account from a new phone", "you were chosen out of all customers this month",
  "our roofers are in your street this week after the storm", "your car warranty is about to run out and repairs are costly", "a tax refund in your name has not been claimed yet",
  "somebody paid for a gift card and named you as the receiver", "the doctor has an opening for a free check of your teeth", "work from home two hours a day and be paid every evening",
  "su cuenta fue bloqueada por motivos de seguridad", "tenemos un crédito aprobado a su nombre sin papeles", "ganaste un viaje para dos personas a la playa",
  "the school fees of your child could not be collected", "new rules let home owners put panels on the roof for nothing", "your subscription renews today unless you tell us otherwise",
];
const middles = [
  "and the fee of {amount} is still open", "so please confirm who you are within {hours} hours", "and only {amount} is asked for handling", "before prices go up by {amount} on Monday",
  "because the offer ends in {hours} hours", "y solo falta un pago de {amount}", "con una cuota de {amount} al mes", "and your code {code} is needed at the counter", "while places last, code {code}",
  "so have your card ready", "no questions asked and no papers to sign", "as seen on television last night",
];
const asks = [
  "Pay here: {link}", "Log in at {link} to keep access.", "Claim it now at {link}", "Call {phone} and ask for Miguel.", "Answer YES and we call you back.", "Click {link} before midnight",
  "Entre en {link} y confirme sus datos.", "Llame al {phone} hoy mismo.", "See what your neighbours say: {link}", "Send {amount} with {code} in the reference.",
];

type Chance = () => number;
const wordOf = (random: Chance, length: number): string => Array.from({ length }, () => oneOf(random, [..."abcdefghijklmnopqrstuvwxyz"])).join("");

const fillIn = (random: Chance, template: string, business: string): string =>
  template.replace(/\{(\w+)\}/g, (_, slot: string) => {
    switch (slot) {
      case "name":
        return oneOf(random, names);
      case "business":
        return business;
      case "amount":
        return `$${between(random, 1, 900)}.${between(random, 10, 99)}`;
      case "hours":
        return String(oneOf(random, [2, 6, 12, 24, 48]));
      case "code":
        return `${wordOf(random, 3).toUpperCase()}${between(random, 100, 99_999)}`;
      case "phone":
        return `+1 303 555 0${between(random, 100, 199)}`;
      default:
        return `${oneOf(random, ["https://", "http://www.", ""])}${wordOf(random, between(random, 4, 9))}.${oneOf(random, ["example", "test", "example.net"])}/${wordOf(random, 6)}${between(random, 1, 99)}`;
    }
  });

/** Campaigns of one business share how they begin and end: what they want differs. */
function campaignTemplate(random: Chance): { template: string; business: string } {
  const parts = [oneOf(random, openings), oneOf(random, starts), oneOf(random, middles), oneOf(random, middles), oneOf(random, asks), oneOf(random, closings)];
  return { template: parts.filter(Boolean).join(" "), business: oneOf(random, businesses) };
}

const alike: Record<string, string> = { a: "а", e: "е", o: "о", c: "с", p: "р", i: "і" };

/** What copies of a message go through before somebody reports them: by their sender, who hides, or by those who copy them. */
const distortions: ((random: Chance, text: string) => string)[] = [
  (_, text) => text,
  (_, text) => text.toUpperCase(),
  (random, text) => [...text].map((sign) => (alike[sign] && random() < 0.3 ? alike[sign] : sign)).join(""),
  (random, text) => [...text].map((sign) => (random() < 0.15 ? `${sign}\u200b` : sign)).join(""),
  (_, text) => [...text].join(" "),
  (_, text) => text.normalize("NFD").replace(/[,.!:]/g, ""),
  (random, text) => [...text].filter(() => random() > 0.015).join(""),
  (random, text) => text.slice(0, Math.ceil(text.length * (0.8 + random() * 0.2))),
  (random, text) => `${oneOf(random, ["I got this text: ", "They sent me: ", "Me escribieron esto: "])}${text}`,
  (_, text) => `From: Offers <no-reply@offers.example>\nSubject: offer\n\n${text.replace(/ /g, "\n")}`,
  (random, text) => `${text} ${oneOf(random, ["Thanks!", "🎉🎉🎉", "xoxo", "Ref {code}"])}`,
];

const complaints = ["They text me at night", "I never gave them my number", "I asked them to stop", "They say they are my bank", "They wanted my card", "My mother was called", "They know where I live", "They call from new numbers", "I do not know them", "No los conozco", "Me llaman todo el día"];
const feelings = ["and it scares me", "and nobody answers when I call", "please make it end", "for weeks now", "since I bought a chair there", "y ya no sé qué hacer", "which is not right", "even on Sunday", "although I am on a list"];
const ownWords = (random: Chance): string => [oneOf(random, complaints), oneOf(random, feelings), oneOf(random, complaints).toLowerCase(), wordOf(random, 8), oneOf(random, feelings), wordOf(random, 6)].join(" ");

/** Reports in the order they come: copies of campaigns, large and small, among reports that stand by themselves. */
export function reportWaves(random: Chance, { campaigns, alone }: { campaigns: number; alone: number }): WaveSample[] {
  const samples: WaveSample[] = [];
  for (let campaign = 0; campaign < campaigns; campaign += 1) {
    const { template, business } = campaignTemplate(random);
    const copies = between(random, 2, 24);
    for (let copy = 0; copy < copies; copy += 1) samples.push({ campaign, text: oneOf(random, distortions)(random, fillIn(random, template, business)) });
  }
  for (let n = 0; n < alone; n += 1) {
    const { template, business } = campaignTemplate(random);
    const unlike = random() < 0.5 ? ownWords(random) : fillIn(random, `${wordOf(random, 7)} ${template} ${wordOf(random, 9)} ${wordOf(random, 7)} ${wordOf(random, 8)}`, business);
    samples.push({ campaign: null, text: unlike });
  }
  return samples.map((sample) => ({ sample, at: random() })).sort((a, b) => a.at - b.at).map(({ sample }) => sample);
}

/** Of all pairs: how many that were put together belong together, and how many that belong together were. */
export function pairsRight(samples: readonly WaveSample[], waves: readonly (string | null)[]): { precision: number; recall: number } {
  const pairs = (counts: Iterable<number>): number => [...counts].reduce((sum, count) => sum + (count * (count - 1)) / 2, 0);
  const count = (keys: readonly (string | null)[]): number => {
    const sizes = new Map<string, number>();
    for (const key of keys) if (key !== null) sizes.set(key, (sizes.get(key) ?? 0) + 1);
    return pairs(sizes.values());
  };
  const belong = samples.map(({ campaign }) => (campaign === null ? null : String(campaign)));
  const both = count(samples.map((_, n) => (belong[n] === null || waves[n] === null ? null : `${belong[n]} ${waves[n]}`)));
  return { precision: both / Math.max(1, count(waves)), recall: both / Math.max(1, count(belong)) };
}
