import { TextLink } from "~/components/link";
import { TabLinks } from "~/components/tabs";

export function IntakeTabs({ current }: { current: "to_match" | "waves" | "set_aside" }) {
  return (
    <div className="mb-4 flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
      <TabLinks
        label="Reports"
        tabs={[
          { to: "/intake", label: "To match", current: current === "to_match" },
          { to: "/intake/waves", label: "Waves", current: current === "waves" },
          { to: "/intake?show=set_aside", label: "Set aside", current: current === "set_aside" },
        ]}
      />
      <TextLink to="/reporters" className="text-sm">
        Misuse of reporting
      </TextLink>
    </div>
  );
}
