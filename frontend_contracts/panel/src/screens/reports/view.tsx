/** How the business does: its key figures, their course, and what they are made of. */

import { OperatorReportDocument, type OperatorReportQuery } from "@daiqu/client";
import { Empty, Failed, Loading, minorDigits, Page, Sheet, useAddress, useFormat, useLanguage, useTexts } from "@daiqu/kit";
import { DatePicker, Segmented } from "antd";
import { BarChartOutlined } from "@ant-design/icons";
import dayjs from "dayjs";
import { useState, type ReactNode } from "react";
import { useQuery } from "urql";
import { dayOf } from "../calendar/layout";
import { Chart, type Bar } from "./chart";
import { clock, Demand } from "./demand";
import { ExportButton } from "./export";
import { chosenOf, daysBetween, MAX_DAYS, PRESETS, STEPS, type Chosen, type Preset, type Step } from "./periods";
import { Couriers, Services, Steps, Zones } from "./tables";
import { texts } from "./texts";
import { Tiles } from "./tiles";
import "./reports.css";

type Report = OperatorReportQuery["report"];
type Metric = "turnover" | "placed";

const METRICS: readonly Metric[] = ["turnover", "placed"];
const ISO = "YYYY-MM-DD";

export default function ReportsView() {
  const t = useTexts(texts);
  const format = useFormat();
  const [values, change] = useAddress();
  const today = dayOf(Date.now(), format.zone);
  const chosen = chosenOf(values, today);
  const { firstOn, lastOn, by } = chosen;
  const [{ data, error, fetching }, again] = useQuery({
    query: OperatorReportDocument,
    variables: { firstOn, lastOn, by },
    requestPolicy: "cache-and-network",
  });
  const report = data?.report;
  const span = (first: string, last: string) => (first === last ? format.day(first) : `${format.day(first)} – ${format.day(last)}`);

  let body: ReactNode;
  if (error && !report) body = <Failed error={error} retry={() => again({ requestPolicy: "network-only" })} />;
  else if (!report) body = <Loading rows={14} />;
  else {
    body = (
      <div className={fetching ? "k-stack r-asking" : "k-stack"} aria-busy={fetching}>
        <Tiles now={report.period.figures} before={report.before.figures} />
        <Parts report={report} chosen={chosen} change={change} metric={METRICS.find((each) => each === values["metric"]) ?? "turnover"} />
      </div>
    );
  }
  return (
    <Page
      title={t("title")}
      hint={
        report &&
        t(lastOn >= today && firstOn <= today ? "sameTime" : "compared", {
          days: span(firstOn, lastOn),
          before: span(report.before.firstOn, report.before.lastOn),
        })
      }
      actions={<ExportButton chosen={chosen} />}
    >
      <PeriodPicker chosen={chosen} today={today} change={change} />
      {body}
    </Page>
  );
}

interface Changing {
  chosen: Chosen;
  change: (what: Record<string, string | null>, how?: { replace?: boolean }) => void;
}

function PeriodPicker({ chosen, today, change }: Changing & { today: string }) {
  const t = useTexts(texts);
  const { preset, firstOn, lastOn } = chosen;
  return (
    <div className="k-row k-gap-below">
      <Segmented<Preset>
        aria-label={t("period")}
        value={preset}
        options={PRESETS.map((value) => ({ value, label: t(`presets.${value}`) }))}
        onChange={(value) =>
          change(value === "custom" ? { period: value, from: firstOn, to: lastOn, by: null } : { period: value, from: null, to: null, by: null })
        }
      />
      {preset === "custom" && (
        <DatePicker.RangePicker
          aria-label={t("period")}
          allowClear={false}
          value={[dayjs(firstOn), dayjs(lastOn)]}
          disabledDate={(day, { from }) => day.format(ISO) > today || (from !== undefined && Math.abs(day.diff(from, "day")) >= MAX_DAYS)}
          onChange={(range) => {
            const [from, to] = range ?? [];
            if (from && to) change({ period: "custom", from: from.format(ISO), to: to.format(ISO), by: null });
          }}
        />
      )}
    </div>
  );
}

function Parts({ report, chosen, change, metric }: Changing & { report: Report; metric: Metric }) {
  const t = useTexts(texts);
  const { period } = report;
  const quiet = period.figures.placed === 0 && period.figures.completed === 0 && period.figures.cancelled === 0;
  if (quiet && report.couriers.length === 0) {
    return (
      <Sheet>
        <Empty icon={<BarChartOutlined />} title={t("nothing")} hint={t("nothingHint")} />
      </Sheet>
    );
  }
  const oneDay = chosen.firstOn === chosen.lastOn;
  return (
    <>
      {oneDay ? <Hours report={report} /> : <Course report={report} chosen={chosen} change={change} metric={metric} />}
      <div className="r-columns">
        <Sheet title={t("services")} flush>
          <Services rows={report.services} />
        </Sheet>
        <div className="k-stack">
          <Sheet title={t("zones")} flush>
            <Zones rows={report.zones} />
          </Sheet>
          <People report={report} />
        </div>
      </div>
      <Sheet title={t("couriers")} flush>
        <Couriers rows={report.couriers} />
      </Sheet>
      {!oneDay && (
        <Sheet title={t("demand")} extra={<span className="k-quiet">{t("demandHint")}</span>}>
          <Demand rows={report.demand} />
        </Sheet>
      )}
    </>
  );
}

function Course({ report, chosen, change, metric }: Changing & { report: Report; metric: Metric }) {
  const t = useTexts(texts);
  const format = useFormat();
  const language = useLanguage();
  const [asTable, setAsTable] = useState(false);
  const { currency } = report.period.figures.turnover;
  const locale = language === "en" ? "en-GB" : language;
  const short = new Intl.DateTimeFormat(locale, { timeZone: "UTC", month: "short", ...(chosen.by === "MONTH" ? {} : { day: "numeric" }) });
  const compact = new Intl.NumberFormat(locale, { notation: "compact" });
  const minor = 10 ** minorDigits(currency);
  const barsOf = (series: Report["period"]["series"]): Bar[] =>
    series.map(({ startsOn, endsOn, turnover, placed }) => ({
      label: short.format(Date.parse(startsOn)),
      title: startsOn === endsOn ? format.day(startsOn) : `${format.day(startsOn)} – ${format.day(endsOn)}`,
      value: metric === "turnover" ? turnover.amount / minor : placed,
      said: metric === "turnover" ? turnover.formatted : format.number(placed),
    }));
  const days = daysBetween(chosen.firstOn, chosen.lastOn);
  return (
    <Sheet
      title={metric === "turnover" ? `${t("metrics.turnover")} (${currency})` : t("metrics.placed")}
      extra={
        <div className="k-row">
          <Segmented<Metric>
            aria-label={t("metric")}
            value={metric}
            options={METRICS.map((value) => ({ value, label: t(`metrics.${value}`) }))}
            onChange={(value) => change({ metric: value }, { replace: true })}
          />
          <Segmented<Step>
            aria-label={t("step")}
            value={chosen.by}
            options={STEPS.filter((value) => value !== "MONTH" || days > 28).map((value) => ({ value, label: t(`steps.${value}`) }))}
            onChange={(value) => change({ by: value }, { replace: true })}
          />
          <Segmented<"chart" | "table">
            aria-label={t("look")}
            value={asTable ? "table" : "chart"}
            options={[
              { value: "chart", label: t("asChart") },
              { value: "table", label: t("asTable") },
            ]}
            onChange={(value) => setAsTable(value === "table")}
          />
        </div>
      }
    >
      {asTable ? (
        <Steps rows={report.period.series} />
      ) : (
        <Chart
          name={t(`metrics.${metric}`)}
          bars={barsOf(report.period.series)}
          before={barsOf(report.before.series)}
          axis={(value) => compact.format(value)}
        />
      )}
    </Sheet>
  );
}

/** One day has hours instead of days. */
function Hours({ report }: { report: Report }) {
  const t = useTexts(texts);
  const format = useFormat();
  const placed = new Map(report.demand.map((row) => [row.hour, row.placed]));
  const bars = Array.from({ length: 24 }, (_, hour) => ({
    label: clock(hour),
    title: clock(hour),
    value: placed.get(hour) ?? 0,
    said: format.number(placed.get(hour) ?? 0),
  }));
  return (
    <Sheet title={t("hours")}>
      <Chart name={t("hours")} bars={bars} axis={format.number} />
    </Sheet>
  );
}

/** Who ordered: for the first time, or again. */
function People({ report }: { report: Report }) {
  const t = useTexts(texts);
  const format = useFormat();
  const { customersNew, customersReturning, customersActive, customersJoined, acceptedBps } = report.period.figures;
  const share = (count: number) => (customersActive ? `${(count / customersActive) * 100}%` : "0%");
  return (
    <Sheet title={t("people")}>
      <div className="r-split" aria-hidden="true">
        <span className="r-split-fresh" style={{ width: share(customersNew) }} />
        <span className="r-split-back" style={{ width: share(customersReturning) }} />
      </div>
      <dl className="r-people">
        <div>
          <dt>
            <span className="r-dot r-split-fresh" aria-hidden="true" />
            {t("fresh")}
          </dt>
          <dd>{format.number(customersNew)}</dd>
        </div>
        <div>
          <dt>
            <span className="r-dot r-split-back" aria-hidden="true" />
            {t("back")}
          </dt>
          <dd>{format.number(customersReturning)}</dd>
        </div>
      </dl>
      <p className="k-between k-quiet">
        <span>{t("joined", { count: customersJoined })}</span>
        {acceptedBps != null && <span>{t("offers", { share: format.percent(acceptedBps / 10_000) })}</span>}
      </p>
    </Sheet>
  );
}
