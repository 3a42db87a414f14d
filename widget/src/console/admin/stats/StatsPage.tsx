import type { ComponentChildren } from "preact";
import { Link } from "../../router";
import { me, rest } from "../../session";
import { Button } from "../../ui";
import { RefreshIcon } from "../../ui/icons";
import { dateAndSeconds } from "../../time";
import { number } from "../format";
import { useLoaded, useRefresh } from "../load";
import { Page, Shown } from "../parts";
import "./stats.css";
import type { Figures } from "../../../wire/schema";

const SECONDS = 4;

/** How much there is to do now, and what went on in the last 24 hours. */
export function StatsPage() {
  const loaded = useLoaded(
    async () => ({ figures: await rest.get<Figures>("/api/stats"), at: new Date().toISOString() }),
    [],
  );
  useRefresh(loaded.reload, SECONDS);
  const refresh = (
    <Button icon={<RefreshIcon size={16} />} onClick={() => void loaded.reload()}>
      Refresh
    </Button>
  );
  return (
    <Page
      actions={refresh}
      intro={
        "How much there is to do, over all instances of the server. " +
        `Looked at again every ${SECONDS} seconds while you see this page.`
      }
    >
      <Shown loaded={loaded}>{({ figures, at }) => <Board figures={figures} at={at} />}</Shown>
    </Page>
  );
}

function Board({ figures, at }: { figures: Figures; at: string }) {
  const { conversations, jobs } = figures;
  const isAdmin = me.value?.role === "admin";
  return (
    <div class="stats">
      <Group title="Now">
        <Tile name="Agents online" value={figures.agents_online} />
        <Tile
          name="Unassigned"
          value={figures.unassigned}
          tone={figures.unassigned > 0 ? "warn" : undefined}
          note="not resolved, and nobody’s"
        />
        <Tile name="Connections" value={figures.connections} note="open sockets" />
        <Tile name="Rooms" value={figures.rooms} note="conversations somebody has open" />
      </Group>
      <Group title="Last 24 hours">
        <Tile name="Messages" value={figures.messages_24h} note="of people and the bot" />
        <Tile
          name="Bot replies"
          value={figures.bot_replies_24h}
          part={figures.messages_24h > 0 ? figures.bot_replies_24h / figures.messages_24h : 0}
          note="of all messages"
        />
        <Tile name="Handoffs" value={figures.handoffs_24h} note="asked for a person" />
      </Group>
      <div class="stats-charts">
        <Bars
          title="Conversations"
          rows={[
            ["Open", conversations.open, "primary"],
            ["Pending", conversations.pending, "warn"],
            ["Snoozed", conversations.snoozed, "soft"],
            ["Resolved", conversations.resolved, "ok"],
          ]}
        />
        <Bars
          title="Jobs"
          rows={[
            ["Pending", jobs.pending, "primary"],
            ["Running", jobs.running, "ok"],
            ["Dead", jobs.dead, "danger"],
          ]}
        >
          {jobs.dead > 0 && isAdmin && (
            <Link to="jobs" class="admin-link">
              Look at the dead jobs
            </Link>
          )}
        </Bars>
      </div>
      <p class="stats-at">
        As of <time dateTime={at}>{dateAndSeconds(at)}</time>
      </p>
    </div>
  );
}

function Group({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section aria-label={title}>
      <h2 class="admin-title">{title}</h2>
      <dl class="stats-tiles">{children}</dl>
    </section>
  );
}

interface TileProps {
  name: string;
  value: number;
  note?: string;
  tone?: "warn" | undefined;
  /** Of a whole, 0 to 1. */
  part?: number;
}

function Tile({ name, value, note, tone, part }: TileProps) {
  return (
    <div class={`stats-tile ${tone ? `is-${tone}` : ""}`}>
      <dt>{name}</dt>
      <dd>
        <span class="stats-value">{number(value)}</span>
        {part !== undefined && <Bar part={part} tone="primary" />}
        {note && (
          <span class="stats-note">
            {part !== undefined && `${Math.round(part * 100)} % `}
            {note}
          </span>
        )}
      </dd>
    </div>
  );
}

type Tone = "primary" | "ok" | "warn" | "danger" | "soft";

/** Numbers beside one another, the longest bar the greatest. */
function Bars({
  title,
  rows,
  children,
}: {
  title: string;
  rows: [string, number, Tone][];
  children?: ComponentChildren;
}) {
  const most = Math.max(1, ...rows.map(([, value]) => value));
  return (
    <section class="admin-card" aria-label={title}>
      <h2>{title}</h2>
      <dl class="stats-bars">
        {rows.map(([name, value, tone]) => (
          <div key={name} class="stats-bar-row">
            <dt>{name}</dt>
            <dd>
              <Bar part={value / most} tone={tone} />
              <span class="stats-count">{number(value)}</span>
            </dd>
          </div>
        ))}
      </dl>
      {children}
    </section>
  );
}

/** Decoration: the number stands beside it. */
function Bar({ part, tone }: { part: number; tone: Tone }) {
  return (
    <svg class={`stats-bar is-${tone}`} viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect class="stats-bar-back" width="100" height="8" />
      <rect class="stats-bar-fill" width={Math.min(100, part * 100)} height="8" />
    </svg>
  );
}
