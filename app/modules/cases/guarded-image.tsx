import { useId } from "react";

/** A picture that starts blurred and grey and clears when asked; a checkbox, so that it needs no script. */
export function GuardedImage({ src, alt }: { src: string; alt: string }) {
  const id = useId();
  return (
    <figure className="group grid gap-1">
      <div className="overflow-hidden rounded-md border border-line bg-sunken">
        <img
          src={src}
          alt={alt}
          loading="lazy"
          className="h-28 w-full object-cover blur-xl grayscale group-has-[input:checked]:h-auto group-has-[input:checked]:max-h-[70dvh] group-has-[input:checked]:object-contain group-has-[input:checked]:blur-none group-has-[input:checked]:grayscale-0"
        />
      </div>
      <figcaption className="flex items-center gap-2 text-xs text-muted">
        <input id={id} type="checkbox" className="size-4 accent-accent" />
        <label htmlFor={id}>Show “{alt}” clearly</label>
      </figcaption>
    </figure>
  );
}
