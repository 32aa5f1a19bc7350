import { Link, type LinkProps } from "@remix-run/react";
import { cx } from "./cx";

const look = "text-accent underline underline-offset-2 hover:text-accent-strong";

/** A link inside text. */
export function TextLink({ className, ...rest }: LinkProps) {
  return <Link className={cx(look, className)} {...rest} />;
}

/** A link that leaves the product or downloads a file: a full page load, no client routing. */
export function PlainLink({ className, ...rest }: React.AnchorHTMLAttributes<HTMLAnchorElement> & { href: string }) {
  return <a className={cx(look, className)} {...rest} />;
}
