/** The key figures, each with how it compares with the period before. */

import type { OperatorReportPeriodFragment } from "@daiqu/client";
import { useFormat, useTexts } from "@daiqu/kit";
import { changeOf, type Better, type Change } from "./changes";
import { texts } from "./texts";

type Figures = OperatorReportPeriodFragment["figures"];

export function Tiles({ now, before }: { now: Figures; before: Figures }) {
  const t = useTexts(texts);
  const format = useFormat();
  const compare = (pick: (figures: Figures) => number | null | undefined, better: Better = "more", kind: Change["kind"] = "share") =>
    changeOf(pick(now), pick(before), better, kind);
  const share = (bps: number | null | undefined) => (bps == null ? t("none") : format.percent(bps / 10_000));
  const minutes = now.minutesToDelivery;
  const kept = now.turnover.amount ? now.commission.amount / now.turnover.amount : null;
  return (
    <ul className="r-tiles" aria-label={t("key")}>
      <Tile
        label={t("turnover")}
        value={now.turnover.formatted}
        note={t("notes.turnover", { count: now.completed })}
        change={compare(({ turnover }) => turnover.amount)}
      />
      <Tile
        label={t("placed")}
        value={format.number(now.placed)}
        note={t("notes.placed", { count: now.cancelled })}
        change={compare(({ placed }) => placed)}
      />
      <Tile
        label={t("average")}
        value={now.average?.formatted ?? t("none")}
        note={t("notes.average")}
        change={compare(({ average }) => average?.amount)}
      />
      <Tile
        label={t("commission")}
        value={now.commission.formatted}
        note={kept === null ? "" : t("notes.commission", { share: format.percent(kept) })}
        change={compare(({ commission }) => commission.amount)}
      />
      <Tile
        label={t("completion")}
        value={share(now.completionBps)}
        note={t("notes.completion")}
        change={compare(({ completionBps }) => completionBps, "more", "points")}
      />
      <Tile
        label={t("customers")}
        value={format.number(now.customersActive)}
        note={t("notes.customers", { fresh: now.customersNew, back: now.customersReturning })}
        change={compare(({ customersActive }) => customersActive)}
      />
      <Tile
        label={t("minutes")}
        value={minutes == null ? t("none") : t("minutesShort", { number: format.number(minutes) })}
        note={now.onTimeBps == null ? t("notes.minutesOnly") : t("notes.minutes", { share: share(now.onTimeBps) })}
        change={compare(({ minutesToDelivery }) => minutesToDelivery, "less")}
      />
      <Tile
        label={t("rating")}
        value={now.rating == null ? t("none") : now.rating.toFixed(2)}
        note={t("notes.rating", { count: now.ratingCount })}
        change={compare(({ rating }) => rating)}
      />
    </ul>
  );
}

function Tile({ label, value, note, change }: { label: string; value: string; note: string; change: Change | null }) {
  return (
    <li className="r-tile">
      <span className="r-tile-label">{label}</span>
      <span className="r-tile-value">{value}</span>
      <span className="r-tile-foot">
        <ChangeMark change={change} />
        <span className="k-quiet k-clip">{note}</span>
      </span>
    </li>
  );
}

function ChangeMark({ change }: { change: Change | null }) {
  const t = useTexts(texts);
  const format = useFormat();
  if (!change) return <span className="k-hidden">{t("noBefore")}</span>;
  const size = Math.abs(change.value);
  const text = change.kind === "points" ? t("points", { number: (size * 100).toFixed(1) }) : format.percent(size);
  const direction = change.value > 0 ? "up" : change.value < 0 ? "down" : "unchanged";
  return (
    <span className={`r-change r-change-${change.mood}`}>
      <span aria-hidden="true">{{ up: "▲", down: "▼", unchanged: "=" }[direction]}</span>
      <span className="k-hidden">{t(direction)}</span> {direction !== "unchanged" && text}
    </span>
  );
}
