/** The form as customers will see it, to be answered here: what depends on an answer comes and goes. */

import { textIn, useBrand, useLanguage, useTexts, type BootText } from "@daiqu/kit";
import { Button, Checkbox, DatePicker, Input, InputNumber, Radio, Segmented, Select, Switch, TimePicker } from "antd";
import { EnvironmentOutlined, PictureOutlined, RightOutlined } from "@ant-design/icons";
import { useState, type ReactNode } from "react";
import { askedOf, type Draft, type Question } from "./model";
import { texts } from "./texts";

export function Preview({ draft }: { draft: Draft }) {
  const t = useTexts(texts);
  const brand = useBrand();
  const reader = useLanguage();
  const tongues = [...new Set([brand.language, ...brand.moreLanguages, ...draft.name.map((each) => each.language)])];
  const [chosen, setLanguage] = useState(tongues.includes(reader) ? reader : brand.language);
  const [answers, setAnswers] = useState<Record<string, unknown>>({});
  const language = tongues.includes(chosen) ? chosen : brand.language;
  const say = (words: readonly BootText[]) => textIn(words, language, brand.language);
  const names = new Intl.DisplayNames([reader], { type: "language" });
  const asked = askedOf(draft.form, answers);
  const waiting = draft.form.length - asked.length;
  const { asked: common } = draft;
  const mark = (need: string) => (need === "REQUIRED" ? <span className="s-star" aria-hidden="true">*</span> : null);

  return (
    <section className="k-sheet s-preview" aria-label={t("preview")}>
      <header className="k-sheet-head">
        <h2>{t("preview")}</h2>
        {tongues.length > 1 && (
          <Segmented
            size="small"
            aria-label={t("previewLanguage")}
            value={language}
            options={tongues.map((tag) => ({ value: tag, label: names.of(tag) ?? tag }))}
            onChange={setLanguage}
          />
        )}
      </header>
      <div className="s-phone" lang={language}>
        <p className="s-phone-title">{say(draft.name) || t("untitled")}</p>
        {say(draft.summary) && <p className="k-quiet">{say(draft.summary)}</p>}
        <ul className="s-phone-stops">
          {draft.stops.map((stop) => (
            <li key={stop.id}>
              <EnvironmentOutlined aria-hidden="true" />
              <span>
                <span className="s-hint">{t(`place.${stop.kind}`)}</span>
                <span>{t("choosePlace")}</span>
              </span>
              <RightOutlined aria-hidden="true" />
            </li>
          ))}
        </ul>
        {common.appointment !== "OFF" && <Shown label={t("ask.appointment")} mark={mark(common.appointment)}><span className="s-fake">{t("chooseTime")}</span></Shown>}
        {common.items !== "OFF" && <Shown label={t("ask.items")} mark={mark(common.items)}><Input aria-label={t("ask.items")} /></Shown>}
        {common.parcelCode !== "OFF" && <Shown label={t("ask.parcelCode")} mark={mark(common.parcelCode)}><Input aria-label={t("ask.parcelCode")} /></Shown>}
        {common.weight !== "OFF" && <Shown label={t("ask.weight")} mark={mark(common.weight)}><InputNumber min={0} suffix="kg" aria-label={t("ask.weight")} /></Shown>}
        {common.duration !== "OFF" && <Shown label={t("ask.duration")} mark={mark(common.duration)}><TimePicker format="H:mm" minuteStep={15} placeholder={t("choose")} aria-label={t("ask.duration")} /></Shown>}
        {asked.map((question) => (
          <Shown key={question.id} label={say(question.label) || t("newQuestion")} hint={say(question.hint)} mark={mark(question.required ? "REQUIRED" : "")}>
            <Answer
              question={question}
              say={say}
              value={answers[question.key]}
              onChange={(value) => setAnswers((before) => ({ ...before, [question.key]: value }))}
            />
          </Shown>
        ))}
        {common.insuredValue !== "OFF" && <Shown label={t("ask.insuredValue")} mark={mark(common.insuredValue)}><InputNumber min={0} suffix={brand.currency} aria-label={t("ask.insuredValue")} /></Shown>}
        {common.urgent !== "OFF" && (
          <div className="k-between">
            <span>{t("ask.urgent")}</span>
            <Switch aria-label={t("ask.urgent")} />
          </div>
        )}
        <span className="s-phone-go" aria-hidden="true">
          {t("quote")}
        </span>
      </div>
      <footer className="k-between s-preview-foot">
        <span className="s-hint" role="status">
          {waiting > 0 && t("notAskedYet", { count: waiting })}
        </span>
        {Object.keys(answers).length > 0 && (
          <Button type="link" size="small" onClick={() => setAnswers({})}>
            {t("clearAnswers")}
          </Button>
        )}
      </footer>
    </section>
  );
}

function Shown({ label, hint, mark, children }: { label: string; hint?: string; mark: ReactNode; children: ReactNode }) {
  return (
    <div className="s-shown">
      <span className="s-label">
        {label} {mark}
      </span>
      {children}
      {hint && <span className="s-hint">{hint}</span>}
    </div>
  );
}

interface AnswerProps {
  question: Question;
  say: (words: readonly BootText[]) => string;
  value: unknown;
  onChange: (value: unknown) => void;
}

function Answer({ question, say, value, onChange }: AnswerProps) {
  const t = useTexts(texts);
  const label = say(question.label) || t("newQuestion");
  const options = question.options.map((option, index) => ({ value: option.key, label: say(option.label) || t("option", { number: index + 1 }) }));
  switch (question.type) {
    case "NUMBER":
      return (
        <InputNumber
          aria-label={label}
          precision={0}
          min={question.least ?? 0}
          max={question.most ?? 1_000_000}
          suffix={say(question.unit) || undefined}
          value={(value as number | undefined) ?? null}
          onChange={(number) => onChange(number ?? undefined)}
        />
      );
    case "YES_NO":
      return (
        <Segmented
          aria-label={label}
          value={value === undefined ? "" : value ? "yes" : "no"}
          options={[
            { value: "yes", label: t("yes") },
            { value: "no", label: t("no") },
          ]}
          onChange={(flag) => onChange(flag === "yes")}
        />
      );
    case "CHOICE":
      return options.length <= 4 ? (
        <Radio.Group aria-label={label} value={value} options={options} onChange={(event) => onChange(event.target.value)} />
      ) : (
        <Select aria-label={label} allowClear placeholder={t("choose")} value={value as string | undefined} options={options} onChange={onChange} />
      );
    case "CHOICES":
      return <Checkbox.Group value={(value as string[] | undefined) ?? []} options={options} onChange={(chosen) => onChange(chosen.length ? chosen : undefined)} />;
    case "PROSE":
      return <Input.TextArea aria-label={label} rows={2} maxLength={2000} />;
    case "DATE":
      return <DatePicker aria-label={label} placeholder={t("choose")} />;
    case "TIME":
      return <TimePicker aria-label={label} format="HH:mm" placeholder={t("choose")} />;
    case "PHOTO":
      return (
        <span className="s-fake">
          <PictureOutlined aria-hidden="true" /> {t("addPhotos", { count: question.most ?? 1 })}
        </span>
      );
    default:
      return <Input aria-label={label} maxLength={200} inputMode={question.type === "PHONE" ? "tel" : "text"} />;
  }
}
