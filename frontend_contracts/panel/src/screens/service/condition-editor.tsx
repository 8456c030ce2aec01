/** When something holds, by the answers: tests joined by all or any, and groups of them. */

import { textIn, useBrand, useLanguage, useTexts } from "@daiqu/kit";
import { Button, InputNumber, Select } from "antd";
import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { ASKABLE, levels, MAX_LEVELS, type Cond, type Test } from "./conditions";
import { chooses, type Question } from "./model";
import { texts } from "./texts";

interface EditorProps {
  label: string;
  value: Cond | null;
  /** Questions that it may ask about. */
  questions: readonly Question[];
  onChange: (value: Cond | null) => void;
}

const fresh = (questions: readonly Question[]): Cond => ({ kind: "test", not: false, test: testOf(questions[0]) });

/** What a test of a question begins with. */
function testOf(question: Question | undefined): Test {
  const field = question?.key ?? "";
  const empty: Test = { field, options: [], flag: null, atLeast: null, atMost: null };
  if (question?.type === "YES_NO") return { ...empty, flag: true };
  if (question?.type === "NUMBER") return { ...empty, atLeast: question.least ?? 1 };
  return empty;
}

export function ConditionEditor({ label, value, questions, onChange }: EditorProps) {
  const t = useTexts(texts);
  const askable = questions.filter((each) => (ASKABLE as readonly string[]).includes(each.type));
  if (!value) {
    return (
      <div className="s-cond-none" role="group" aria-label={label}>
        <span>{t("always")}</span>
        {askable.length ? (
          <Button
            size="small"
            icon={<PlusOutlined />}
            onClick={() => onChange({ kind: "group", not: false, join: "all", parts: [fresh(askable)] })}
          >
            {t("addCondition")}
          </Button>
        ) : (
          <span className="s-hint">{t("noAskable")}</span>
        )}
      </div>
    );
  }
  const group: Cond = value.kind === "group" ? value : { kind: "group", not: false, join: "all", parts: [value] };
  return (
    <div role="group" aria-label={label}>
      <Group
        cond={group}
        questions={askable}
        deep={1}
        onChange={(next) => onChange(next && next.kind === "group" && !next.parts.length ? null : next)}
      />
      <Button type="link" size="small" className="s-flat" onClick={() => onChange(null)}>
        {t("noCondition")}
      </Button>
    </div>
  );
}

interface GroupProps {
  cond: Cond & { kind: "group" };
  questions: readonly Question[];
  deep: number;
  onChange: (cond: Cond | null) => void;
}

function Group({ cond, questions, deep, onChange }: GroupProps) {
  const t = useTexts(texts);
  const set = (index: number, part: Cond | null) =>
    onChange({ ...cond, parts: part ? cond.parts.with(index, part) : cond.parts.toSpliced(index, 1) });
  const joins = ["all", "any", "notAll", "notAny"] as const;
  const join = cond.not ? (cond.join === "all" ? "notAll" : "notAny") : cond.join;
  return (
    <div className="s-group">
      <div className="k-row">
        <Select
          size="small"
          variant="filled"
          aria-label={t("join")}
          popupMatchSelectWidth={false}
          value={join}
          options={joins.map((each) => ({ value: each, label: t(each) }))}
          onChange={(next) =>
            onChange({ ...cond, not: next.startsWith("not"), join: next === "all" || next === "notAll" ? "all" : "any" })
          }
        />
        {deep > 1 && (
          <Button type="text" size="small" icon={<CloseOutlined />} aria-label={t("removeTest")} onClick={() => onChange(null)} />
        )}
      </div>
      {cond.parts.map((part, index) =>
        part.kind === "group" ? (
          <Group key={index} cond={part} questions={questions} deep={deep + 1} onChange={(next) => set(index, next)} />
        ) : (
          <TestRow key={index} cond={part} questions={questions} onChange={(next) => set(index, next)} />
        ),
      )}
      <div className="k-row">
        <Button
          size="small"
          type="text"
          icon={<PlusOutlined />}
          onClick={() => onChange({ ...cond, parts: [...cond.parts, fresh(questions)] })}
        >
          {t("addTest")}
        </Button>
        {deep + levels(cond) <= MAX_LEVELS && (
          <Button
            size="small"
            type="text"
            icon={<PlusOutlined />}
            onClick={() =>
              onChange({
                ...cond,
                parts: [
                  ...cond.parts,
                  { kind: "group", not: false, join: cond.join === "all" ? "any" : "all", parts: [fresh(questions)] },
                ],
              })
            }
          >
            {t("addGroup")}
          </Button>
        )}
      </div>
    </div>
  );
}

type Verb = "isOne" | "isNot" | "atLeast" | "atMost" | "between";

interface RowProps {
  cond: Cond & { kind: "test" };
  questions: readonly Question[];
  onChange: (cond: Cond | null) => void;
}

function TestRow({ cond, questions, onChange }: RowProps) {
  const t = useTexts(texts);
  const language = useLanguage();
  const brand = useBrand();
  const { test } = cond;
  const question = questions.find((each) => each.key === test.field);
  const say = (each: { key: string; label: Question["label"] }) => textIn(each.label, language, brand.language) || each.key;
  const change = (what: Partial<Test>) => onChange({ ...cond, test: { ...test, ...what } });
  const isNumber = question?.type === "NUMBER";
  const verb: Verb = isNumber
    ? test.atLeast !== null && test.atMost !== null
      ? "between"
      : test.atMost !== null
        ? "atMost"
        : "atLeast"
    : cond.not
      ? "isNot"
      : "isOne";
  const verbs: Verb[] = isNumber ? ["atLeast", "atMost", "between"] : ["isOne", "isNot"];

  function setVerb(next: Verb) {
    if (!isNumber) return onChange({ ...cond, not: next === "isNot" });
    const number = test.atLeast ?? test.atMost ?? question?.least ?? 1;
    onChange({
      ...cond,
      not: false,
      test: { ...test, atLeast: next === "atMost" ? null : number, atMost: next === "atLeast" ? null : (test.atMost ?? number) },
    });
  }

  return (
    <div className="s-test">
      <Select
        aria-label={t("field")}
        value={test.field || undefined}
        status={question ? "" : "error"}
        popupMatchSelectWidth={false}
        options={[
          ...(question ? [] : [{ value: test.field, label: t("fieldGone", { key: test.field }) }]),
          ...questions.map((each) => ({ value: each.key, label: say(each) })),
        ]}
        onChange={(field) =>
          onChange({ kind: "test", not: false, test: testOf(questions.find((each) => each.key === field)) })
        }
      />
      <Select
        aria-label={t("verb")}
        className="s-verb"
        popupMatchSelectWidth={false}
        value={verb}
        options={verbs.map((each) => ({ value: each, label: t(each) }))}
        onChange={setVerb}
      />
      <span className="s-value">
        {question?.type === "YES_NO" && (
          <Select
            aria-label={t("value")}
            value={test.flag ?? true}
            options={[
              { value: true, label: t("yes") },
              { value: false, label: t("no") },
            ]}
            onChange={(flag) => change({ flag })}
          />
        )}
        {question && chooses(question.type) && (
          <Select
            mode="multiple"
            aria-label={t("value")}
            placeholder={t("choose")}
            value={test.options}
            status={test.options.length ? "" : "error"}
            popupMatchSelectWidth={false}
            options={question.options.map((option) => ({ value: option.key, label: say(option) }))}
            onChange={(options: string[]) => change({ options })}
          />
        )}
        {isNumber && verb !== "atMost" && (
          <InputNumber
            aria-label={t(verb === "between" ? "least" : "value")}
            precision={0}
            value={test.atLeast}
            onChange={(atLeast) => change({ atLeast: atLeast ?? question?.least ?? 0 })}
          />
        )}
        {isNumber && verb !== "atLeast" && (
          <InputNumber
            aria-label={t(verb === "between" ? "most" : "value")}
            precision={0}
            value={test.atMost}
            onChange={(atMost) => change({ atMost: atMost ?? question?.most ?? 0 })}
          />
        )}
      </span>
      <Button type="text" size="small" icon={<CloseOutlined />} aria-label={t("removeTest")} onClick={() => onChange(null)} />
    </div>
  );
}
