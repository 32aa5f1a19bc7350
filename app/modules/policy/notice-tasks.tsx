import { Callout } from "~/components/flash";
import { TextLink } from "~/components/link";
import type { NoticeTask } from "./notice-tasks.queries.server";

const what = ({ unreached, held }: NoticeTask): string =>
  [...(held ? ["it is held and needs another day"] : []), ...(unreached > 0 ? [`${unreached.toLocaleString("en-US")} account ${unreached === 1 ? "holder was" : "holders were"} not reached`] : [])].join("; ");

/** Said to whoever publishes policies, while a version to come is held or somebody was not reached. */
export const NoticeTasks = ({ tasks }: { tasks: readonly NoticeTask[] }) =>
  tasks.length === 0 ? null : (
    <Callout tone="warn" title={tasks.length === 1 ? "A change of a policy waits for a person" : `${tasks.length} changes of policies wait for a person`}>
      <ul>
        {tasks.map((task) => (
          <li key={task.campaignId}>
            <TextLink to={`/notices/campaigns/${task.campaignId}`}>{`${task.policy}, version ${task.version}`}</TextLink>: {what(task)}.
          </li>
        ))}
      </ul>
    </Callout>
  );
