/** What keeps a draft from being published or saved, in plain words, each leading to its place. */

import { textIn, useBrand, useLanguage, useTexts, type Say } from "@daiqu/kit";
import { CheckCircleFilled, RightOutlined, WarningFilled } from "@ant-design/icons";
import { complete } from "./conditions";
import { placeOf, type Place } from "./findings";
import type { Draft } from "./model";
import { texts } from "./texts";

export type SayService = Say<NonNullable<(typeof texts)["phantom"]>>;

export interface Problem {
  place: Place;
  text: string;
}

interface Finding {
  fault: string;
  path: string;
  example: unknown;
}

const FAULTS = ["text_missing", "never_asked", "never_done", "waits_for_nothing", "never_said", "too_many_cases"] as const;
const PARTS = ["label", "hint", "unit", "options", "when", "after", "text", "reason", "key", "most", "least"] as const;

interface Tongue {
  language: string;
  own: string;
}

/** What a place is called: “Work steps: Test run (condition)”. */
export function placeName(place: Place, draft: Draft, t: SayService, { language, own }: Tongue): string {
  const { section, item, part } = place;
  const text = (words: { language: string; text: string }[]) => textIn(words, language, own);
  let name = "";
  if (section === "form") {
    const row = draft.form.find((each) => each.id === item);
    name = row ? text(row.label) || row.key : "";
  } else if (section === "steps") {
    const row = draft.steps.find((each) => each.id === item);
    name = row ? text(row.name) || row.key : "";
  } else if (section === "stops") {
    const index = draft.stops.findIndex((each) => each.id === item);
    name = index < 0 ? "" : t("stop", { number: index + 1 });
  } else if (section === "basics" && part) {
    const known = ["name", "summary", "description", "durationMinutes", "categoryId", "lineId", "kind"] as const;
    const own = known.find((each) => each === part);
    if (own) return t(`parts.${own}`);
  }
  const detail = PARTS.find((each) => each === part);
  const where = name ? t("named", { name: t(`section.${section}`), what: name }) : t(`section.${section}`);
  return detail && item ? `${where} (${t(`part.${detail}`)})` : where;
}

export function problemOf(finding: Finding, draft: Draft, t: SayService, tongue: Tongue): Problem {
  const place = placeOf(finding.path, draft);
  const what = placeName(place, draft, t, tongue);
  const example = (finding.example ?? {}) as Record<string, unknown>;
  const fault = FAULTS.find((each) => each === finding.fault);
  if (!fault) return { place, text: t("fault.other", { what, fault: finding.fault }) };
  const names = new Intl.DisplayNames([tongue.language], { type: "language" });
  const tag = typeof example["language"] === "string" ? example["language"] : "";
  const step = draft.steps.find((each) => each.key === example["after"]);
  return {
    place,
    text: t(`fault.${fault}`, {
      what,
      language: tag ? (names.of(tag) ?? tag) : "",
      after: step ? textIn(step.name, tongue.language, tongue.own) : String(example["after"] ?? ""),
    }),
  };
}

/** What can be seen to be unfinished before anything is sent. */
export function unfinished(draft: Draft, t: SayService, tongue: Tongue): Problem[] {
  const found: Problem[] = [];
  const own = (words: { language: string; text: string }[]) => words.some((each) => each.language === tongue.own && each.text.trim());
  const unnamed = (place: Place) => found.push({ place, text: t("unnamed", { what: placeName(place, draft, t, tongue) }) });
  const halfway = (place: Place) => found.push({ place, text: t("incomplete", { what: placeName(place, draft, t, tongue) }) });
  if (!own(draft.name)) unnamed({ section: "basics", part: "name" });
  if (!draft.categoryId) found.push({ place: { section: "basics", part: "categoryId" }, text: t("categoryNeeded") });
  for (const field of draft.form) {
    const place = { section: "form", item: field.id } as const;
    if (!own(field.label)) unnamed({ ...place, part: "label" });
    if ((field.type === "CHOICE" || field.type === "CHOICES") && field.options.some((option) => !own(option.label))) {
      unnamed({ ...place, part: "options" });
    }
    if (!complete(field.when)) halfway({ ...place, part: "when" });
  }
  for (const step of draft.steps) {
    const place = { section: "steps", item: step.id } as const;
    if (!own(step.name)) unnamed(place);
    if (!complete(step.when)) halfway({ ...place, part: "when" });
  }
  for (const notice of draft.notices) if (!own(notice.text)) unnamed({ section: "notices", item: notice.id });
  if (draft.requirements.gender && !own(draft.requirements.reason)) unnamed({ section: "requirements", part: "reason" });
  return found;
}

interface ProblemsProps {
  title: string;
  hint?: string;
  problems: readonly Problem[];
  alarm?: boolean;
  onGo: (place: Place) => void;
}

export function Problems({ title, hint, problems, alarm, onGo }: ProblemsProps) {
  const t = useTexts(texts);
  return (
    <section className="k-sheet s-problems" aria-label={title} {...(alarm && { role: "alert" })}>
      <header className="k-sheet-head">
        <h2>{problems.length ? `${title} (${problems.length})` : title}</h2>
        {hint && problems.length > 0 && <span className="s-hint">{hint}</span>}
      </header>
      {problems.length === 0 ? (
        <p className="k-row">
          <CheckCircleFilled className="s-fine" aria-hidden="true" /> {t("noProblems")}
        </p>
      ) : (
        <ul>
          {problems.map((problem, index) => (
            <li key={index}>
              <button type="button" onClick={() => onGo(problem.place)} title={t("open")}>
                <WarningFilled className="s-wrong" aria-hidden="true" />
                <span>{problem.text}</span>
                <RightOutlined aria-hidden="true" />
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

export function useTongue(): Tongue {
  const language = useLanguage();
  const brand = useBrand();
  return { language, own: brand.language };
}
