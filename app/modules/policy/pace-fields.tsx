import { InputField } from "~/components/inputs";
import type { Pace } from "../notices/campaign/pace";
import type { FormAnswer } from "./form-answer";

/** The three numbers by which a campaign goes, where it begins and while it sends. */
export const PaceFields = ({ form, pace, answer: { values, errors } }: { form: string; pace: Pace; answer: FormAnswer }) => {
  const field = (name: keyof Pace) => ({ id: `${form}-${name}`, name, inputMode: "numeric" as const, required: true, autoComplete: "off", defaultValue: values[name] ?? String(pace[name]), errors: errors[name] });
  return (
    <div className="grid gap-3">
      <InputField {...field("ratePerSecond")} label="Messages a second" />
      <InputField {...field("domainPerSecond")} label="Of them to one mail domain" />
      <InputField {...field("warmUpMinutes")} label="Minutes until that is reached" hint="A mail server trusts a sender it does not know by and by. 0 sends at full rate from the first message." />
    </div>
  );
};
