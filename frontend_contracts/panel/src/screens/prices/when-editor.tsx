/** When a rule applies: conditions added one by one, all of which must hold. */

import { useTexts } from "@daiqu/kit";
import { Button, Checkbox, Input, InputNumber, Segmented, Select } from "antd";
import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import type { ReactNode } from "react";
import { bareId, CONDITIONS, type AnswerTest, type ConditionName, type Rule, type Service, type Span, type When, type Zone } from "./model";
import { questionsOf } from "./params-editor";
import { texts } from "./texts";
import type { Words } from "./words";

interface EditorProps {
  rule: Rule;
  zones: readonly Zone[];
  services: readonly Service[];
  words: Words;
  onChange: (when: When) => void;
}

const START: { [K in ConditionName]: Required<When>[K] } = {
  weekdays: [1, 2, 3, 4, 5],
  hours: { from: "09:00", to: "18:00" },
  dates: { from: null, to: null },
  days: ["holiday"],
  zonesFrom: [],
  zonesTo: [],
  distanceMeters: { atLeast: 3000 },
  weightGrams: { atLeast: 5000 },
  urgent: true,
  memberLevels: [],
  waveSize: { atLeast: 2 },
  answers: [{ field: "" }],
};

/** What a step is nothing without. */
const KEPT: Partial<Record<string, ConditionName>> = { NIGHT: "hours", WAVE: "waveSize", MEMBER: "memberLevels" };

export function WhenEditor({ rule, zones, services, words, onChange }: EditorProps) {
  const t = useTexts(texts);
  const { when } = rule;
  const present = CONDITIONS.filter((name) => when[name] !== undefined);
  const absent = CONDITIONS.filter((name) => when[name] === undefined);
  const set = (what: When) => onChange({ ...when, ...what });
  const drop = (name: ConditionName) => {
    const { [name]: _, ...others } = when;
    onChange(others);
  };

  const zonePicker = (name: "zonesFrom" | "zonesTo") => (
    <Select
      mode="multiple"
      aria-label={t(`condition.${name}`)}
      placeholder={zones.length ? undefined : t("noZones")}
      status={when[name]?.length ? "" : "error"}
      showSearch={{ optionFilterProp: "label" }}
      value={when[name] ?? []}
      options={zones.map((zone) => ({ value: bareId(zone.id), label: zone.name }))}
      onChange={(ids: string[]) => set({ [name]: ids })}
    />
  );
  const span = (name: "distanceMeters" | "weightGrams" | "waveSize", scale: number) => (
    <SpanInput value={when[name] ?? {}} scale={scale} onChange={(value) => set({ [name]: value })} />
  );

  const body: Record<ConditionName, () => ReactNode> = {
    weekdays: () => (
      <Checkbox.Group
        value={when.weekdays ?? []}
        options={[1, 2, 3, 4, 5, 6, 7].map((day) => ({ value: day, label: words.weekday(day) }))}
        onChange={(weekdays) => set({ weekdays: weekdays as number[] })}
      />
    ),
    hours: () => {
      const { from, to } = when.hours ?? START.hours;
      return (
        <span className="k-row">
          <Input type="time" className="p-time" aria-label={t("hoursFrom")} value={from.slice(0, 5)} onChange={(event) => event.target.value && set({ hours: { from: event.target.value, to } })} />
          –
          <Input type="time" className="p-time" aria-label={t("hoursTo")} value={to.slice(0, 5)} onChange={(event) => event.target.value && set({ hours: { from, to: event.target.value } })} />
          {to <= from && <span className="p-hint">{t("overMidnight")}</span>}
        </span>
      );
    },
    dates: () => (
      <span className="k-row">
        <Input type="date" className="p-date" aria-label={t("least")} value={when.dates?.from ?? ""} onChange={(event) => set({ dates: { ...when.dates, from: event.target.value || null } })} />
        –
        <Input type="date" className="p-date" aria-label={t("most")} value={when.dates?.to ?? ""} onChange={(event) => set({ dates: { ...when.dates, to: event.target.value || null } })} />
      </span>
    ),
    days: () => (
      <Checkbox.Group
        value={when.days ?? []}
        options={(["holiday", "working", "ordinary"] as const).map((day) => ({ value: day, label: t(`day.${day}`) }))}
        onChange={(days) => set({ days })}
      />
    ),
    zonesFrom: () => zonePicker("zonesFrom"),
    zonesTo: () => zonePicker("zonesTo"),
    distanceMeters: () => span("distanceMeters", 1000),
    weightGrams: () => span("weightGrams", 1000),
    waveSize: () => span("waveSize", 1),
    urgent: () => (
      <Segmented<"yes" | "no">
        aria-label={t("condition.urgent")}
        value={when.urgent ? "yes" : "no"}
        options={[
          { value: "yes", label: t("say.urgentYes") },
          { value: "no", label: t("say.urgentNo") },
        ]}
        onChange={(value) => set({ urgent: value === "yes" })}
      />
    ),
    memberLevels: () => (
      <Select
        mode="tags"
        aria-label={t("condition.memberLevels")}
        status={when.memberLevels?.length ? "" : "error"}
        maxCount={20}
        value={when.memberLevels ?? []}
        onChange={(memberLevels: string[]) => set({ memberLevels })}
      />
    ),
    answers: () => (
      <Answers tests={when.answers ?? []} questions={questionsOf(services, rule.serviceId, t)} onChange={(answers) => (answers.length ? set({ answers }) : drop("answers"))} />
    ),
  };

  return (
    <div className="p-when">
      {present.map((name) => (
        <div key={name} className="p-condition" role="group" aria-label={t(`condition.${name}`)}>
          <span className="p-label">{t(`condition.${name}`)}</span>
          <span className="p-condition-body">{body[name]()}</span>
          {KEPT[rule.step] === name ? (
            <span />
          ) : (
            <Button type="text" size="small" icon={<CloseOutlined />} aria-label={t("removeCondition", { name: t(`condition.${name}`) })} onClick={() => drop(name)} />
          )}
        </div>
      ))}
      <Select<ConditionName | null>
        aria-label={t("addCondition")}
        prefix={<PlusOutlined />}
        placeholder={t("addCondition")}
        className="p-adder"
        value={null}
        options={absent.map((name) => ({ value: name, label: t(`condition.${name}`) }))}
        onSelect={(name) => name && set({ [name]: START[name] })}
      />
    </div>
  );
}

function SpanInput({ value, scale, onChange }: { value: Span; scale: number; onChange: (value: Span) => void }) {
  const t = useTexts(texts);
  const end = (name: "atLeast" | "atMost", label: string) => (
    <InputNumber
      aria-label={label}
      placeholder={label}
      min={0}
      {...(scale === 1 && { precision: 0 })}
      value={value[name] == null ? null : value[name] / scale}
      onChange={(number) => onChange({ ...value, [name]: number == null ? null : Math.round(number * scale) })}
    />
  );
  return (
    <span className="k-row">
      {end("atLeast", t("least"))} – {end("atMost", t("most"))}
    </span>
  );
}

interface AnswersProps {
  tests: readonly AnswerTest[];
  questions: ReturnType<typeof questionsOf>;
  onChange: (tests: AnswerTest[]) => void;
}

function Answers({ tests, questions, onChange }: AnswersProps) {
  const t = useTexts(texts);
  return (
    <span className="p-answers">
      {tests.map((test, index) => {
        const question = questions.find((each) => each.key === test.field);
        const set = (next: AnswerTest) => onChange(tests.with(index, next));
        const isNumber = question?.type === "NUMBER";
        return (
          <span key={index} className="p-answer">
            <Select
              aria-label={t("question")}
              placeholder={t("question")}
              showSearch={{ optionFilterProp: "label" }}
              status={question ? "" : "error"}
              value={test.field || null}
              options={[
                ...(test.field && !question ? [{ value: test.field, label: test.field }] : []),
                ...questions.map(({ key, name }) => ({ value: key, label: name })),
              ]}
              onChange={(field: string) => set({ field })}
            />
            {isNumber ? (
              <SpanInput value={test} scale={1} onChange={(value) => set({ field: test.field, ...value })} />
            ) : (
              <Select
                mode="multiple"
                aria-label={t("option")}
                status={test.is?.length ? "" : "error"}
                disabled={!question}
                value={(test.is ?? []).map((value) => (value === true ? "yes" : value === false ? "no" : String(value)))}
                options={(question?.options ?? []).map(({ key, name }) => ({ value: key, label: name }))}
                onChange={(chosen: string[]) =>
                  set({ field: test.field, is: question?.type === "YES_NO" ? chosen.map((each) => each === "yes") : chosen })
                }
              />
            )}
            <Button type="text" size="small" icon={<CloseOutlined />} aria-label={t("removeCondition", { name: question?.name ?? "" })} onClick={() => onChange(tests.toSpliced(index, 1))} />
          </span>
        );
      })}
      <Button size="small" type="text" icon={<PlusOutlined />} disabled={tests.length >= 20} onClick={() => onChange([...tests, { field: "" }])}>
        {t("addAnswer")}
      </Button>
    </span>
  );
}
