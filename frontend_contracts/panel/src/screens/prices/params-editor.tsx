/** The parameters of a step. */

import { MoneyInput, useTexts } from "@daiqu/kit";
import { Button, Input, InputNumber, Segmented, Select, Switch } from "antd";
import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import type { ReactNode } from "react";
import { Field } from "./field";
import type { Band, Params, Rule, Service } from "./model";
import { texts } from "./texts";

interface EditorProps {
  rule: Rule;
  services: readonly Service[];
  onChange: (params: Params) => void;
}

export function ParamsEditor({ rule, services, onChange }: EditorProps) {
  const t = useTexts(texts);
  const { params, step } = rule;
  const set = (what: Params) => onChange({ ...params, ...what });
  const money = (name: "amount" | "perKm" | "perKg" | "perHour" | "perFloor" | "perUnit" | "minimum" | "courierLeast" | "courierMost", label?: string) => (
    <Field key={name} label={label ?? t(`money.${name}`)} to={`p-${name}`}>
      <MoneyInput id={`p-${name}`} value={params[name] ?? null} onChange={(value) => set({ [name]: value })} />
    </Field>
  );
  const whole = (name: "minimumMinutes" | "freeUnits" | "freeFloors", most: number) => (
    <Field label={t(name)} to={`p-${name}`}>
      <InputNumber id={`p-${name}`} min={0} max={most} precision={0} value={params[name] ?? 0} onChange={(value) => set({ [name]: value ?? 0 })} />
    </Field>
  );
  const share = (name: "percentBps" | "rateBps", label: string, hint?: string) => (
    <Field label={label} to={`p-${name}`} hint={hint}>
      <InputNumber
        id={`p-${name}`}
        min={0}
        max={100}
        precision={2}
        suffix="%"
        value={params[name] == null ? null : params[name] / 100}
        onChange={(percent) => set({ [name]: percent == null ? null : Math.round(percent * 100) })}
      />
    </Field>
  );
  const pair = (...fields: ReactNode[]) => <div className="p-pair">{fields}</div>;

  switch (step) {
    case "BASE": {
      const band = params.courierLeast != null || params.courierMost != null;
      return (
        <>
          {money("amount")}
          <label className="k-row">
            <Switch
              size="small"
              checked={band}
              onChange={(on) => set(on ? { courierLeast: params.amount ?? 0, courierMost: params.amount ?? 0 } : { courierLeast: null, courierMost: null })}
            />
            {t("courierBand")}
          </label>
          {band && pair(money("courierLeast"), money("courierMost"))}
        </>
      );
    }
    case "DISTANCE":
      return <Measured per="perKm" free="freeMeters" unit="km" params={params} onChange={onChange} money={money} />;
    case "WEIGHT":
      return <Measured per="perKg" free="freeGrams" unit="kg" params={params} onChange={onChange} money={money} />;
    case "DURATION":
      return pair(money("perHour"), <span key="m">{whole("minimumMinutes", 960)}</span>);
    case "FLOORS":
      return pair(money("perFloor"), <span key="f">{whole("freeFloors", 200)}</span>);
    case "SIZE":
      return <Amounts rule={rule} field="size" services={services} onChange={(amounts) => set({ amounts })} />;
    case "OPTION":
      return <OptionParams rule={rule} services={services} onChange={onChange} money={money} free={whole("freeUnits", 1_000_000)} />;
    case "DEMAND":
      return share("percentBps", t("share"), t("shareFullest"));
    case "MINIMUM":
    case "MAXIMUM":
      return money("amount");
    case "INSURED":
      return pair(<span key="r">{share("rateBps", t("rate"))}</span>, money("minimum"));
    case "TAX":
      return pair(
        <span key="r">{share("rateBps", t("rate"))}</span>,
        <Field key="i" label={t("included")} to="p-included">
          <Select
            id="p-included"
            value={params.included ? "in" : "on"}
            options={[
              { value: "in", label: t("includedYes") },
              { value: "on", label: t("includedNo") },
            ]}
            onChange={(value) => set({ included: value === "in" })}
          />
        </Field>,
      );
    case "COMMISSION":
      return share("percentBps", t("share"));
    case "GOODS":
    case "TIP":
      return <p className="p-hint">{t("noParams")}</p>;
    default: {
      const mode = "amount" in params && params.amount !== undefined ? "amount" : "percent";
      return (
        <>
          <Segmented<"percent" | "amount">
            className="p-mode"
            value={mode}
            options={(["percent", "amount"] as const).map((each) => ({ value: each, label: t(`mode.${each}`) }))}
            onChange={(next) => onChange(next === "amount" ? { amount: null } : { percentBps: null })}
          />
          {mode === "amount" ? money("amount") : share("percentBps", t("share"), t(step === "MEMBER" || step === "WAVE" ? "shareOff" : "shareOfWork"))}
        </>
      );
    }
  }
}

interface MeasuredProps {
  per: "perKm" | "perKg";
  free: "freeMeters" | "freeGrams";
  unit: string;
  params: Params;
  onChange: (params: Params) => void;
  money: (name: "perKm" | "perKg", label?: string) => ReactNode;
}

/** By started units beyond the free ones, or by bands. The API counts metres and grams, people thousands of them. */
function Measured({ per, free, unit, params, onChange, money }: MeasuredProps) {
  const t = useTexts(texts);
  const bands = params.bands ?? null;
  const last = bands?.at(-1);
  const set = (next: Band[]) => onChange({ ...params, bands: next });
  return (
    <>
      <Segmented<"free" | "bands">
        className="p-mode"
        value={bands ? "bands" : "free"}
        options={(["free", "bands"] as const).map((mode) => ({ value: mode, label: t(`mode.${mode}`) }))}
        onChange={(mode) => {
          const rate = { [per]: params[per] ?? null };
          onChange(mode === "free" ? { ...rate, [free]: 0 } : { ...rate, bands: [{ upTo: 1000, amount: 0 }] });
        }}
      />
      {bands && (
        <div className="p-bands">
          {bands.map((band, index) => (
            <div key={index} className="p-band">
              <span>{t("bandTo")}</span>
              <InputNumber
                aria-label={t("bandTo")}
                min={0.001}
                step={1}
                suffix={unit}
                status={index > 0 && band.upTo <= (bands[index - 1]?.upTo ?? 0) ? "error" : ""}
                value={band.upTo / 1000}
                onChange={(value) => set(bands.with(index, { ...band, upTo: Math.round((value ?? 0) * 1000) }))}
              />
              <span>{t("bandAmount")}</span>
              <MoneyInput value={band.amount} onChange={(amount) => set(bands.with(index, { ...band, amount: amount ?? 0 }))} />
              <Button type="text" size="small" icon={<CloseOutlined />} disabled={bands.length === 1} aria-label={t("removeBand")} onClick={() => set(bands.toSpliced(index, 1))} />
            </div>
          ))}
          <Button size="small" icon={<PlusOutlined />} disabled={bands.length >= 20} onClick={() => set([...bands, { upTo: (last?.upTo ?? 0) + 1000, amount: last?.amount ?? 0 }])}>
            {t("addBand")}
          </Button>
        </div>
      )}
      <div className="p-pair">
        {money(per, bands ? t("beyond") : undefined)}
        {!bands && (
          <Field label={t(free)} to={`p-${free}`}>
            <InputNumber
              id={`p-${free}`}
              min={0}
              max={1000}
              suffix={unit}
              value={(params[free] ?? 0) / 1000}
              onChange={(value) => onChange({ ...params, [free]: Math.round((value ?? 0) * 1000) })}
            />
          </Field>
        )}
      </div>
    </>
  );
}

interface Question {
  key: string;
  name: string;
  type: string;
  options: { key: string; name: string }[];
}

/** Questions that a price may ask about: of the rule's service, or of all. */
export function questionsOf(services: readonly Service[], serviceId: string | null, t: (key: "yes" | "no") => string): Question[] {
  const found = new Map<string, Question>();
  for (const service of services) {
    if (serviceId && service.id !== serviceId) continue;
    for (const field of service.draft?.declared.form ?? []) {
      if (!["NUMBER", "CHOICE", "CHOICES", "YES_NO"].includes(field.type) || found.has(field.key)) continue;
      const options =
        field.type === "YES_NO"
          ? (["yes", "no"] as const).map((key) => ({ key, name: t(key) }))
          : field.options.map(({ key, label }) => ({ key, name: label.text }));
      found.set(field.key, { key: field.key, name: field.label.text, type: field.type, options });
    }
  }
  return [...found.values()];
}

interface OptionProps extends EditorProps {
  money: (name: "perUnit") => ReactNode;
  free: ReactNode;
}

function OptionParams({ rule, services, onChange, money, free }: OptionProps) {
  const t = useTexts(texts);
  const { params } = rule;
  const questions = questionsOf(services, rule.serviceId, t);
  const known = questions.find((question) => question.key === params.field);
  const byUnit = !params.amounts;
  return (
    <>
      <Field label={t("question")} to="p-field" {...(questions.length === 0 && { hint: t("questionHint") })}>
        {questions.length ? (
          <Select
            id="p-field"
            showSearch={{ optionFilterProp: "label" }}
            value={params.field ?? null}
            options={[
              ...(params.field && !known ? [{ value: params.field, label: params.field }] : []),
              ...questions.map(({ key, name }) => ({ value: key, label: name })),
            ]}
            onChange={(field: string) =>
              onChange(
                questions.find((question) => question.key === field)?.type === "NUMBER"
                  ? { field, perUnit: params.perUnit ?? null, freeUnits: params.freeUnits ?? 0 }
                  : { field, amounts: {} },
              )
            }
          />
        ) : (
          <Input id="p-field" maxLength={40} value={params.field ?? ""} onChange={(event) => onChange({ ...params, field: event.target.value })} />
        )}
      </Field>
      {!known && (
        <Segmented<"amounts" | "perUnit">
          className="p-mode"
          value={byUnit ? "perUnit" : "amounts"}
          options={(["amounts", "perUnit"] as const).map((mode) => ({ value: mode, label: t(`mode.${mode}`) }))}
          onChange={(mode) => onChange({ field: params.field ?? null, ...(mode === "amounts" ? { amounts: {} } : { perUnit: null, freeUnits: 0 }) })}
        />
      )}
      {byUnit ? (
        <div className="p-pair">
          {money("perUnit")}
          {free}
        </div>
      ) : (
        <Amounts rule={rule} field={params.field ?? ""} services={services} onChange={(amounts) => onChange({ ...params, amounts })} />
      )}
    </>
  );
}

interface AmountsProps {
  rule: Rule;
  field: string;
  services: readonly Service[];
  onChange: (amounts: Record<string, number>) => void;
}

/** What each option costs; one without an amount is free. */
function Amounts({ rule, field, services, onChange }: AmountsProps) {
  const t = useTexts(texts);
  const amounts = rule.params.amounts ?? {};
  const options = questionsOf(services, rule.serviceId, t).find((question) => question.key === field)?.options ?? [];
  const loose = Object.keys(amounts).filter((key) => !options.some((option) => option.key === key));
  const set = (key: string, amount: number | null) => {
    const { [key]: _, ...others } = amounts;
    onChange(amount === null ? others : { ...others, [key]: amount });
  };
  return (
    <div className="p-bands">
      {options.map(({ key, name }) => (
        <div key={key} className="p-amount">
          <label htmlFor={`p-amount-${key}`}>{name}</label>
          <MoneyInput id={`p-amount-${key}`} value={amounts[key] ?? null} onChange={(amount) => set(key, amount)} />
        </div>
      ))}
      {loose.map((key, index) => (
        <div key={`loose${index}`} className="p-amount">
          <Input
            aria-label={t("option")}
            maxLength={40}
            value={key}
            onChange={(event) =>
              onChange(Object.fromEntries(Object.entries(amounts).map(([each, amount]) => [each === key ? event.target.value : each, amount])))
            }
          />
          <MoneyInput value={amounts[key] ?? 0} onChange={(amount) => set(key, amount ?? 0)} />
          <Button type="text" size="small" icon={<CloseOutlined />} aria-label={t("removeOption")} onClick={() => set(key, null)} />
        </div>
      ))}
      {options.length === 0 && (
        <Button size="small" icon={<PlusOutlined />} onClick={() => set(`option_${Object.keys(amounts).length + 1}`, 0)}>
          {t("addOption")}
        </Button>
      )}
    </div>
  );
}
