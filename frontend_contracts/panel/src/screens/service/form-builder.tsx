/** The questions of a service: by type, with options, bounds and conditions, in the order they are asked. */

import type { FormFieldType } from "@daiqu/client";
import { Empty, textIn, TextsInput, useBrand, useLanguage, useTexts } from "@daiqu/kit";
import { Button, Input, InputNumber, Select, Switch, Tag } from "antd";
import {
  ArrowDownOutlined,
  ArrowUpOutlined,
  CalendarOutlined,
  CheckSquareOutlined,
  ClockCircleOutlined,
  DeleteOutlined,
  DownCircleOutlined,
  FileTextOutlined,
  FontSizeOutlined,
  NumberOutlined,
  PhoneOutlined,
  PictureOutlined,
  PlusOutlined,
  BarcodeOutlined,
  SwapOutlined,
} from "@ant-design/icons";
import { useState, type ReactNode } from "react";
import { ConditionEditor } from "./condition-editor";
import { chooses, keyFor, newId, questionRenamed, type Choice, type Draft, type Question } from "./model";
import { Field, Ordered } from "./parts";
import type { PartProps } from "./part-props";
import { texts } from "./texts";

const ICONS: Record<FormFieldType, ReactNode> = {
  LINE: <FontSizeOutlined />,
  PROSE: <FileTextOutlined />,
  NUMBER: <NumberOutlined />,
  CHOICE: <DownCircleOutlined />,
  CHOICES: <CheckSquareOutlined />,
  YES_NO: <SwapOutlined />,
  DATE: <CalendarOutlined />,
  TIME: <ClockCircleOutlined />,
  PHONE: <PhoneOutlined />,
  TRACKING_NUMBER: <BarcodeOutlined />,
  PHOTO: <PictureOutlined />,
};
const TYPES = Object.keys(ICONS) as FormFieldType[];
const MAX_QUESTIONS = 40;
const MAX_OPTIONS = 60;
const KEY = /^[a-z][a-z0-9_]{0,39}$/;

export function FormBuilder({ draft, change, open, onOpen, go, bad }: PartProps) {
  const t = useTexts(texts);
  const language = useLanguage();
  const brand = useBrand();
  const called = (each: Choice) => textIn(each.label, language, brand.language) || t("newQuestion");
  const set = (form: Question[]) => change((before) => ({ ...before, form }));

  function add(type: FormFieldType) {
    const question: Question = {
      id: newId(),
      key: keyFor("", "question", draft.form.map((each) => each.key)),
      type,
      label: [],
      hint: [],
      required: false,
      when: null,
      options: chooses(type) ? [1, 2].map((number) => ({ id: newId(), key: `option_${number}`, label: [] })) : [],
      least: type === "NUMBER" ? 0 : null,
      most: type === "NUMBER" ? 100 : type === "PHOTO" ? 3 : null,
      unit: [],
    };
    set([...draft.form, question]);
    go({ section: "form", item: question.id });
  }

  return (
    <>
      {draft.form.length === 0 && <Empty title={t("noQuestions")} hint={t("noQuestionsHint")} />}
      <Ordered<Question>
        section="form"
        rows={draft.form}
        onChange={set}
        name={called}
        open={open}
        onOpen={onOpen}
        bad={bad}
        copy={(question) => ({ ...question, id: newId(), key: keyFor(question.key, "question", draft.form.map((each) => each.key)) })}
        head={(question) => (
          <>
            <span className="s-icon" title={t(`types.${question.type}`)} aria-hidden="true">
              {ICONS[question.type]}
            </span>
            <span className="k-clip">{called(question)}</span>
            {question.required && <Tag variant="filled">{t("required")}</Tag>}
            {question.when && <Tag variant="filled">{t("conditional")}</Tag>}
          </>
        )}
      >
        {(question, index) => (
          <QuestionBody
            draft={draft}
            question={question}
            index={index}
            onChange={(next) => set(draft.form.with(index, next))}
            onRename={(key) => change((before) => questionRenamed(before, question.key, key))}
          />
        )}
      </Ordered>
      <div className="s-adders">
        <Select<FormFieldType | null>
          aria-label={t("addQuestion")}
          prefix={<PlusOutlined />}
          placeholder={t("addQuestion")}
          disabled={draft.form.length >= MAX_QUESTIONS}
          value={null}
          listHeight={420}
          style={{ minWidth: 200 }}
          options={TYPES.map((type) => ({
            value: type,
            label: (
              <span className="k-row">
                <span aria-hidden="true">{ICONS[type]}</span> {t(`types.${type}`)}
              </span>
            ),
          }))}
          onSelect={(type) => type && add(type)}
        />
      </div>
    </>
  );
}

interface BodyProps {
  draft: Draft;
  question: Question;
  index: number;
  onChange: (question: Question) => void;
  onRename: (key: string) => void;
}

function QuestionBody({ draft, question, index, onChange, onRename }: BodyProps) {
  const t = useTexts(texts);
  const id = `q-${question.id}`;
  const set = (what: Partial<Question>) => onChange({ ...question, ...what });
  const taken = draft.form.filter((each) => each.id !== question.id).map((each) => each.key);

  function retype(type: FormFieldType) {
    set({
      type,
      ...(chooses(type) && question.options.length === 0 && { options: [{ id: newId(), key: "option_1", label: [] }] }),
      ...(type === "NUMBER" && { least: question.least ?? 0, most: question.most ?? 100 }),
      ...(type === "PHOTO" && { most: Math.min(question.most ?? 3, 6) || 1 }),
    });
  }

  return (
    <div className="s-fields">
      <Field label={t("question")} to={`${id}-label`}>
        <TextsInput id={`${id}-label`} maxLength={80} value={question.label} onChange={(label) => set({ label })} />
      </Field>
      <div className="s-pair">
        <Field label={t("type")} to={`${id}-type`}>
          <Select
            id={`${id}-type`}
            value={question.type}
            options={TYPES.map((type) => ({ value: type, label: t(`types.${type}`) }))}
            onChange={retype}
          />
        </Field>
        <Field label={t("required")} to={`${id}-required`}>
          <span>
            <Switch id={`${id}-required`} checked={question.required} onChange={(required) => set({ required })} />
          </span>
        </Field>
      </div>
      {question.type === "NUMBER" && (
        <div className="s-trio">
          <Field label={t("least")} to={`${id}-least`}>
            <InputNumber id={`${id}-least`} min={0} max={1_000_000} precision={0} value={question.least} onChange={(least) => set({ least })} />
          </Field>
          <Field label={t("most")} to={`${id}-most`}>
            <InputNumber id={`${id}-most`} min={question.least ?? 0} max={1_000_000} precision={0} value={question.most} onChange={(most) => set({ most })} />
          </Field>
          <Field label={t("optional", { what: t("unit") })} to={`${id}-unit`}>
            <TextsInput id={`${id}-unit`} maxLength={80} value={question.unit} onChange={(unit) => set({ unit })} />
          </Field>
        </div>
      )}
      {question.type === "PHOTO" && (
        <Field label={t("photos")} to={`${id}-most`}>
          <InputNumber id={`${id}-most`} min={1} max={6} precision={0} value={question.most} onChange={(most) => set({ most: most ?? 1 })} />
        </Field>
      )}
      {chooses(question.type) && <Options question={question} onChange={(options) => set({ options })} />}
      <Field label={t("when")}>
        <ConditionEditor
          label={t("when")}
          value={question.when}
          questions={draft.form.slice(0, index)}
          onChange={(when) => set({ when })}
        />
      </Field>
      <div className="s-pair">
        <Field label={t("optional", { what: t("help") })} to={`${id}-hint`}>
          <TextsInput id={`${id}-hint`} maxLength={300} value={question.hint} onChange={(hint) => set({ hint })} />
        </Field>
        <KeyField id={`${id}-key`} value={question.key} taken={taken} onChange={onRename} />
      </div>
    </div>
  );
}

/** A key takes effect when it is one: until then what is typed stays in the field. */
function KeyField(props: { id: string; value: string; taken: readonly string[]; onChange: (key: string) => void }) {
  const t = useTexts(texts);
  const [typed, setTyped] = useState(props.value);
  const fault = props.taken.includes(typed) ? t("keyTaken") : KEY.test(typed) ? undefined : t("keyHint");
  return (
    <Field label={t("key")} to={props.id} hint={t("keyHint")} fault={fault}>
      <Input
        id={props.id}
        className="s-key"
        maxLength={40}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={() => (fault ? setTyped(props.value) : typed !== props.value && props.onChange(typed))}
      />
    </Field>
  );
}

function Options({ question, onChange }: { question: Question; onChange: (options: Choice[]) => void }) {
  const t = useTexts(texts);
  const { options } = question;
  const swap = (one: number, other: number) => {
    const [a, b] = [options[one], options[other]];
    if (a && b) onChange(options.with(one, b).with(other, a));
  };
  return (
    <Field label={t("options")}>
      <ol className="s-options">
        {options.map((option, index) => {
          const name = t("option", { number: index + 1 });
          return (
            <li key={option.id}>
              <TextsInput
                maxLength={80}
                value={option.label}
                onChange={(label) => onChange(options.with(index, { ...option, label }))}
              />
              <Input
                className="s-key"
                aria-label={`${t("key")}: ${name}`}
                maxLength={40}
                value={option.key}
                status={KEY.test(option.key) && options.filter((each) => each.key === option.key).length === 1 ? "" : "error"}
                onChange={(event) => onChange(options.with(index, { ...option, key: event.target.value }))}
              />
              <span className="s-card-acts">
                <Button type="text" size="small" icon={<ArrowUpOutlined />} disabled={index === 0} aria-label={t("moveUp", { name })} onClick={() => swap(index, index - 1)} />
                <Button type="text" size="small" icon={<ArrowDownOutlined />} disabled={index === options.length - 1} aria-label={t("moveDown", { name })} onClick={() => swap(index, index + 1)} />
                <Button type="text" size="small" icon={<DeleteOutlined />} disabled={options.length === 1} aria-label={t("remove", { name })} onClick={() => onChange(options.toSpliced(index, 1))} />
              </span>
            </li>
          );
        })}
      </ol>
      <Button
        size="small"
        icon={<PlusOutlined />}
        disabled={options.length >= MAX_OPTIONS}
        onClick={() => onChange([...options, { id: newId(), key: keyFor("", "option", options.map((each) => each.key)), label: [] }])}
      >
        {t("addOption")}
      </Button>
    </Field>
  );
}
