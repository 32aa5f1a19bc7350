import { Link, type LinkProps } from "@remix-run/react";
import type { ButtonHTMLAttributes, ReactNode } from "react";
import { cx } from "./cx";
import { KeyHint } from "./key-hint";

export type ButtonVariant = "primary" | "secondary" | "quiet" | "danger";
export type ButtonSize = "sm" | "md";

const looks: Record<ButtonVariant, string> = {
  primary: "border-accent bg-accent text-on-accent hover:border-accent-strong hover:bg-accent-strong",
  secondary: "border-edge bg-surface text-ink hover:bg-hover",
  quiet: "border-transparent bg-transparent text-ink hover:bg-hover",
  danger: "border-danger-fill bg-danger-fill text-on-danger hover:opacity-90",
};
const sizes: Record<ButtonSize, string> = { sm: "min-h-7 px-2 text-sm", md: "min-h-9 px-3" };

const shape = (variant: ButtonVariant, size: ButtonSize, className?: string) =>
  cx(
    "inline-flex items-center justify-center gap-2 rounded-md border font-medium no-underline select-none",
    "disabled:cursor-not-allowed disabled:opacity-55 aria-disabled:cursor-not-allowed aria-disabled:opacity-55",
    looks[variant],
    sizes[size],
    className,
  );

type Common = { variant?: ButtonVariant; size?: ButtonSize; icon?: ReactNode; keys?: string; shortcut?: string };

/**
 * A button that submits or acts. `keys` is the shortcut its hint shows ("Mod+Enter"), `shortcut` as
 * `aria-keyshortcuts` spells it ("Meta+Enter Control+Enter"); without the latter `keys` serves for both.
 */
export function Button({
  variant = "secondary",
  size = "md",
  icon,
  keys,
  shortcut = keys,
  pending = false,
  type = "button",
  className,
  children,
  ...rest
}: Common & { pending?: boolean } & ButtonHTMLAttributes<HTMLButtonElement>) {
  return (
    <button
      type={type}
      className={shape(variant, size, className)}
      aria-keyshortcuts={shortcut}
      aria-busy={pending || undefined}
      {...rest}
    >
      {icon}
      {children}
      {keys ? <KeyHint keys={keys} /> : null}
    </button>
  );
}

/** A link that looks like a button: it goes somewhere and changes nothing. */
export function ButtonLink({
  variant = "secondary",
  size = "md",
  icon,
  keys,
  shortcut = keys,
  className,
  children,
  ...rest
}: Common & LinkProps) {
  return (
    <Link className={shape(variant, size, className)} aria-keyshortcuts={shortcut} {...rest}>
      {icon}
      {children}
      {keys ? <KeyHint keys={keys} /> : null}
    </Link>
  );
}
