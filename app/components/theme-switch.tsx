import { Form, useLocation } from "@remix-run/react";
import { Monitor, Moon, Sun } from "lucide-react";
import { cx } from "./cx";

const choices = [
  { value: "system", label: "System", icon: Monitor },
  { value: "light", label: "Light", icon: Sun },
  { value: "dark", label: "Dark", icon: Moon },
] as const;

/** Light, dark or as the system says: three buttons of one form, so that it works without JavaScript. */
export function ThemeSwitch({ current, action }: { current: string; action: string }) {
  const { pathname, search } = useLocation();
  return (
    <Form method="post" action={action} preventScrollReset className="inline-flex">
      <input type="hidden" name="back" value={pathname + search} />
      <fieldset className="inline-flex rounded-md border border-edge p-0.5">
        <legend className="sr-only">Colours</legend>
        {choices.map(({ value, label, icon: Icon }) => (
          <button
            key={value}
            type="submit"
            name="theme"
            value={value}
            aria-pressed={current === value}
            title={label}
            className={cx(
              "inline-flex size-7 items-center justify-center rounded-sm",
              current === value ? "bg-accent text-on-accent" : "text-muted hover:bg-hover hover:text-ink",
            )}
          >
            <Icon aria-hidden="true" className="size-4" />
            <span className="sr-only">{label}</span>
          </button>
        ))}
      </fieldset>
    </Form>
  );
}
