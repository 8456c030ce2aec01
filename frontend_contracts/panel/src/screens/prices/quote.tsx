/** What an order would cost by the rules as they stand, and by the one that is being edited. */

import { OperatorPriceTryDocument, isSuccess, type AnswerInput, type CalendarDayKind, type PriceTryInput } from "@daiqu/client";
import { Empty, MoneyInput, SearchSelect, useBrand, useTexts, type Lookup } from "@daiqu/kit";
import { Alert, Button, Input, InputNumber, Select, Slider, Spin, Switch } from "antd";
import { useEffect, useMemo, useRef, useState } from "react";
import { useClient } from "urql";
import { inputOf, missing, type Rule, type Service, type Zone } from "./model";
import { questionsOf } from "./params-editor";
import { texts } from "./texts";

interface Tried {
  hasBase: boolean;
  lines: readonly { code: string; text: string; amount: { formatted: string } }[];
  total: { formatted: string; amount: number };
  commission: { formatted: string; amount: number };
}

interface Figures {
  distance: number | null;
  weight: number | null;
  duration: number | null;
  insured: number | null;
  goods: number;
  tip: number;
  urgent: boolean;
  wanted: string;
  day: CalendarDayKind;
  zoneFrom: string | null;
  zoneTo: string | null;
  demand: number;
  member: string;
  wave: number;
}

const START: Figures = {
  distance: 3,
  weight: 2,
  duration: 60,
  insured: null,
  goods: 0,
  tip: 0,
  urgent: false,
  wanted: "",
  day: "ORDINARY",
  zoneFrom: null,
  zoneTo: null,
  demand: 0,
  member: "",
  wave: 1,
};

interface QuoteProps {
  services: readonly Service[];
  lookup: Lookup;
  zones: readonly Zone[];
  /** Changes whenever the rules have. */
  version: number;
  /** The service whose rules are looked at. */
  of: string | null;
  rule: Rule | null;
}

export function LiveQuote({ services, lookup, zones, version, of, rule }: QuoteProps) {
  const t = useTexts(texts);
  const brand = useBrand();
  const client = useClient();
  const [chosen, setChosen] = useState<string | null>(null);
  const serviceId = rule?.serviceId ?? chosen ?? of ?? services[0]?.id ?? null;
  const service = services.find((each) => each.id === serviceId);
  const [figures, setFigures] = useState(START);
  const [answers, setAnswers] = useState<Record<string, string | number | boolean>>({});
  const [more, setMore] = useState(false);
  const [tried, setTried] = useState<Tried>();
  const [fault, setFault] = useState<string>();
  const [busy, setBusy] = useState(false);
  const set = (what: Partial<Figures>) => setFigures((before) => ({ ...before, ...what }));
  const questions = useMemo(() => (serviceId ? questionsOf(services, serviceId, t) : []), [services, serviceId, t]);
  const unfinished = rule !== null && missing(rule, brand.language).length > 0;
  const ofRule = rule && !unfinished ? JSON.stringify([inputOf(rule)]) : "[]";

  const asked = service?.draft?.asked;
  const moves = service?.kind !== "ON_SITE";
  const input = useMemo<PriceTryInput | null>(() => {
    if (!serviceId) return null;
    const given: AnswerInput[] = questions.flatMap(({ key, type }): AnswerInput[] => {
      const value = answers[key];
      if (value === undefined || value === "") return [];
      if (typeof value === "boolean") return [{ key, value: { flag: value } }];
      if (typeof value === "number") return [{ key, value: { number: value } }];
      return [{ key, value: type === "CHOICES" ? { choices: [value] } : { text: value } }];
    });
    return {
      serviceId,
      distanceMeters: moves && figures.distance !== null ? Math.round(figures.distance * 1000) : null,
      weightGrams: asked && asked.weight !== "OFF" && figures.weight !== null ? Math.round(figures.weight * 1000) : null,
      durationMinutes: service?.draft?.durationMinutes ?? (asked && asked.duration !== "OFF" ? figures.duration : null),
      urgent: figures.urgent,
      insuredValue: figures.insured,
      goods: figures.goods,
      tip: figures.tip,
      answers: given,
      wantedAt: figures.wanted ? new Date(figures.wanted).toISOString() : null,
      day: figures.day,
      zoneFromId: figures.zoneFrom,
      zoneToId: figures.zoneTo,
      demandBps: figures.demand * 100,
      memberLevel: figures.member || null,
      waveSize: figures.wave,
      rules: JSON.parse(ofRule) as PriceTryInput["rules"],
    };
  }, [serviceId, service, asked, moves, figures, answers, questions, ofRule]);

  const asking = useRef(0);
  const wanted = JSON.stringify(input);
  useEffect(() => {
    if (!input) return undefined;
    const timer = setTimeout(async () => {
      const mine = (asking.current += 1);
      setBusy(true);
      const { data, error } = await client.mutation(OperatorPriceTryDocument, { input });
      if (asking.current !== mine) return;
      setBusy(false);
      const answer = data?.priceTry;
      if (isSuccess(answer)) {
        setTried(answer.price);
        setFault(undefined);
      } else setFault(answer?.message ?? error?.message);
    }, 250);
    return () => clearTimeout(timer);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `wanted` is the input, by what it says
  }, [wanted, version, client]);

  if (!services.length) return <section className="k-sheet"><Empty title={t("noServices")} /></section>;
  const number = (name: "distance" | "weight" | "duration", most: number) => (
    <label className="p-figure">
      <span>{t(`figure.${name}`)}</span>
      <InputNumber size="small" min={0} max={most} value={figures[name]} onChange={(value) => set({ [name]: value })} />
    </label>
  );
  const amount = (name: "insured" | "goods" | "tip") => (
    <label className="p-figure">
      <span>{t(`figure.${name}`)}</span>
      <MoneyInput value={figures[name]} onChange={(value) => set({ [name]: name === "insured" ? value : (value ?? 0) })} />
    </label>
  );
  const zone = (name: "zoneFrom" | "zoneTo") => (
    <label className="p-figure">
      <span>{t(`figure.${name}`)}</span>
      <Select size="small" allowClear aria-label={t(`figure.${name}`)} value={figures[name]} options={zones.map(({ id, name: label }) => ({ value: id, label }))} onChange={(id?: string) => set({ [name]: id ?? null })} />
    </label>
  );

  return (
    <section className="k-sheet p-quote" aria-label={t("quote")}>
      <header className="k-sheet-head">
        <h2>{t("quote")}</h2>
        <span className="p-hint">{t(rule ? "quoteHintEdit" : "quoteHint")}</span>
      </header>
      <SearchSelect
        label={t("service")}
        className="p-wide"
        lookup={lookup}
        disabled={Boolean(rule?.serviceId)}
        value={serviceId}
        onChange={(id) => {
          setChosen(id);
          setAnswers({});
        }}
      />
      <div className="p-figures">
        {moves && number("distance", 1000)}
        {asked && asked.weight !== "OFF" && number("weight", 50)}
        {asked && asked.duration !== "OFF" && !service?.draft?.durationMinutes && number("duration", 960)}
        {questions.map(({ key, name, type, options }) => (
          <label key={key} className="p-figure">
            <span>{name}</span>
            {type === "NUMBER" ? (
              <InputNumber size="small" precision={0} min={0} value={(answers[key] as number | undefined) ?? null} onChange={(value) => setAnswers((before) => ({ ...before, [key]: value ?? "" }))} />
            ) : (
              <Select
                size="small"
                allowClear
                aria-label={name}
                popupMatchSelectWidth={false}
                value={answers[key] === true ? "yes" : answers[key] === false ? "no" : ((answers[key] as string | undefined) ?? null)}
                options={options.map((option) => ({ value: option.key, label: option.name }))}
                onChange={(value?: string | null) => setAnswers((before) => ({ ...before, [key]: value == null ? "" : type === "YES_NO" ? value === "yes" : value }))}
              />
            )}
          </label>
        ))}
        <label className="p-figure">
          <span>{t("figure.urgent")}</span>
          <Switch size="small" checked={figures.urgent} onChange={(urgent) => set({ urgent })} />
        </label>
        {more && (
          <>
            <label className="p-figure">
              <span>{t("figure.wanted")}</span>
              <Input size="small" type="datetime-local" value={figures.wanted} onChange={(event) => set({ wanted: event.target.value })} />
            </label>
            <label className="p-figure">
              <span>{t("figure.day")}</span>
              <Select<CalendarDayKind>
                size="small"
                aria-label={t("figure.day")}
                value={figures.day}
                popupMatchSelectWidth={false}
                options={(["ORDINARY", "HOLIDAY", "WORKING"] as const).map((day) => ({ value: day, label: t(`day.${day.toLowerCase() as "ordinary" | "holiday" | "working"}`) }))}
                onChange={(day) => set({ day })}
              />
            </label>
            {zones.length > 0 && zone("zoneFrom")}
            {zones.length > 0 && zone("zoneTo")}
            {amount("insured")}
            {amount("goods")}
            {amount("tip")}
            <label className="p-figure">
              <span>{t("figure.member")}</span>
              <Input size="small" maxLength={40} value={figures.member} onChange={(event) => set({ member: event.target.value })} />
            </label>
            <label className="p-figure">
              <span>{t("figure.wave")}</span>
              <InputNumber size="small" min={1} max={100} precision={0} value={figures.wave} onChange={(wave) => set({ wave: wave ?? 1 })} />
            </label>
            <div className="p-figure">
              <span>{t("figure.demand")}</span>
              <Slider ariaLabelForHandle={t("figure.demand")} value={figures.demand} tooltip={{ formatter: (value) => `${value ?? 0} %` }} onChange={(demand) => set({ demand })} />
            </div>
          </>
        )}
      </div>
      <Button type="link" size="small" className="p-flat" onClick={() => setMore(!more)}>
        {t(more ? "fewerFigures" : "moreFigures")}
      </Button>
      {unfinished && <p className="p-hint" role="status">{t("unfinished")}</p>}
      {fault && <Alert type="error" showIcon title={fault} />}
      <Spin spinning={busy} delay={300}>
        <div aria-live="polite">
          {tried && !tried.hasBase && <Alert type="warning" showIcon title={t("noBase")} />}
          {tried && (
            <table className="p-lines">
              <caption className="k-hidden">{t("quote")}</caption>
              <tbody>
                {tried.lines.map((line, index) => (
                  <tr key={index}>
                    <th scope="row">{line.text || line.code}</th>
                    <td>{line.amount.formatted}</td>
                  </tr>
                ))}
              </tbody>
              <tfoot>
                <tr>
                  <th scope="row">{t("total")}</th>
                  <td>{tried.total.formatted}</td>
                </tr>
                {tried.commission.amount > 0 && (
                  <tr className="p-quiet">
                    <th scope="row">{t("commissionPart")}</th>
                    <td>{tried.commission.formatted}</td>
                  </tr>
                )}
              </tfoot>
            </table>
          )}
        </div>
      </Spin>
    </section>
  );
}
