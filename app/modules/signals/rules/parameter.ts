import { z } from "zod";

/** One adjustable number of a rule; what the console shows and checks. */
export interface NumberParameter {
  kind: "number";
  what: string;
  unit: "hours" | "messages" | "minute of the day" | "requests" | "addresses" | "things" | "accounts" | "times" | "deliveries" | "opt-outs" | "share" | "standard deviations" | "log odds";
  min: number;
  max: number;
  whole: boolean;
  default: number;
}

export interface ChoicesParameter<Choice extends string = string> {
  kind: "choices";
  what: string;
  of: readonly Choice[];
  default: readonly Choice[];
}

export type Parameter = NumberParameter | ChoicesParameter;
export type Parameters = Record<string, Parameter>;

export type ValuesOf<P extends Parameters> = { readonly [Name in keyof P]: P[Name] extends ChoicesParameter<infer Choice> ? readonly Choice[] : number };

export const whole = (what: string, unit: NumberParameter["unit"], [min, fallback, max]: readonly [number, number, number]): NumberParameter => ({ kind: "number", what, unit, min, max, whole: true, default: fallback });

export const real = (what: string, unit: NumberParameter["unit"], [min, fallback, max]: readonly [number, number, number]): NumberParameter => ({ ...whole(what, unit, [min, fallback, max]), whole: false });

export const choices = <const Choice extends string>(what: string, of: readonly Choice[], fallback: readonly Choice[]): ChoicesParameter<Choice> => ({ kind: "choices", what, of, default: fallback });

function valueSchema(parameter: Parameter): z.ZodType {
  if (parameter.kind === "choices") return z.array(z.enum(parameter.of)).min(1).default([...parameter.default]);
  const number = z.number().min(parameter.min).max(parameter.max);
  return (parameter.whole ? number.int() : number).default(parameter.default);
}

/** Parses what an admin edits or a row holds: within the bounds, defaults for what is missing, nothing unknown. */
export function parameterSchema<P extends Parameters>(parameters: P): z.ZodType<ValuesOf<P>> {
  const shape = Object.fromEntries(Object.entries(parameters).map(([name, parameter]) => [name, valueSchema(parameter)]));
  return z.strictObject(shape) as unknown as z.ZodType<ValuesOf<P>>;
}
