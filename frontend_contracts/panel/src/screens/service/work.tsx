/** Where the courier goes and what is done there: stops with their proofs, and the steps of the work. */

import type { StopKind } from "@daiqu/client";
import { Empty, textIn, TextsInput, useBrand, useLanguage, useTexts } from "@daiqu/kit";
import { Button, Select, Switch, Tag } from "antd";
import { CameraOutlined, PlusOutlined } from "@ant-design/icons";
import { ConditionEditor } from "./condition-editor";
import { keyFor, newId, type Step, type Stop } from "./model";
import { Field, NeedPicker, Ordered } from "./parts";
import type { PartProps } from "./part-props";
import { texts } from "./texts";

const MAX_STOPS = 8;
const MAX_STEPS = 30;

export function Stops({ draft, change, open, onOpen, go, bad }: PartProps) {
  const t = useTexts(texts);
  const kinds: StopKind[] = draft.kind === "ON_SITE" ? ["ON_SITE"] : ["PICK_UP", "DROP_OFF"];
  const set = (stops: Stop[]) =>
    change((before) => {
      // Steps stay with their stop while it moves; those of one that is gone go to the first.
      const steps = before.steps.map((step) => {
        const was = before.stops[step.stop]?.id;
        return { ...step, stop: Math.max(0, stops.findIndex((stop) => stop.id === was)) };
      });
      return { ...before, stops, steps };
    });
  return (
    <>
      <Ordered<Stop>
        section="stops"
        rows={draft.stops}
        onChange={set}
        name={(_, index) => t("stop", { number: index + 1 })}
        open={open}
        onOpen={onOpen}
        bad={bad}
        head={(stop, index) => (
          <>
            <span className="s-number">{index + 1}</span>
            <span className="k-clip">{t(`stopKinds.${stop.kind}`)}</span>
            {stop.photo !== "OFF" && <Tag variant="filled">{t("named", { name: t("photo"), what: t(`proof.${stop.photo}`) })}</Tag>}
            {stop.pin !== "OFF" && <Tag variant="filled">{t("named", { name: t("pin"), what: t(`proof.${stop.pin}`) })}</Tag>}
          </>
        )}
      >
        {(stop, index) => {
          const to = (what: Partial<Stop>) => set(draft.stops.with(index, { ...stop, ...what }));
          return (
            <div className="s-fields">
              <Field label={t("stopKind")} to={`stop-${stop.id}`}>
                <Select
                  id={`stop-${stop.id}`}
                  value={stop.kind}
                  disabled={kinds.length === 1}
                  options={kinds.map((kind) => ({ value: kind, label: t(`stopKinds.${kind}`) }))}
                  onChange={(kind) => to({ kind, ...(kind === "PICK_UP" && { pin: "OFF" as const }) })}
                />
              </Field>
              <div className="s-pair">
                <Field label={t("photo")}>
                  <NeedPicker label={t("photo")} words="proof" value={stop.photo} onChange={(photo) => to({ photo })} />
                </Field>
                <Field label={t("pin")}>
                  {stop.kind === "PICK_UP" ? (
                    <span className="s-hint">{t("noPin")}</span>
                  ) : (
                    <NeedPicker label={t("pin")} words="proof" value={stop.pin} onChange={(pin) => to({ pin })} />
                  )}
                </Field>
              </div>
            </div>
          );
        }}
      </Ordered>
      <div className="s-adders">
        <Button
          icon={<PlusOutlined />}
          disabled={draft.stops.length >= MAX_STOPS}
          onClick={() => {
            const stop: Stop = { id: newId(), kind: draft.kind === "ON_SITE" ? "ON_SITE" : "DROP_OFF", photo: "OFF", pin: "OFF" };
            set([...draft.stops, stop]);
            go({ section: "stops", item: stop.id });
          }}
        >
          {t("addStop")}
        </Button>
      </div>
    </>
  );
}

export function Steps({ draft, change, open, onOpen, go, bad }: PartProps) {
  const t = useTexts(texts);
  const language = useLanguage();
  const brand = useBrand();
  const called = (step: Step) => textIn(step.name, language, brand.language) || t("newStep");
  const set = (steps: Step[]) =>
    change((before) => {
      const left = new Set(steps.map((step) => step.key));
      // Nothing waits for what is gone.
      return { ...before, steps: steps.map((step) => ({ ...step, after: step.after.filter((key) => left.has(key)) })) };
    });
  const taken = draft.steps.map((step) => step.key);
  const stopName = (index: number) => {
    const stop = draft.stops[index];
    return `${t("stop", { number: index + 1 })}${stop ? ` · ${t(`stopKinds.${stop.kind}`)}` : ""}`;
  };
  return (
    <>
      {draft.steps.length === 0 && <Empty title={t("noSteps")} hint={t("noStepsHint")} />}
      <Ordered<Step>
        section="steps"
        rows={draft.steps}
        onChange={set}
        name={called}
        open={open}
        onOpen={onOpen}
        bad={bad}
        copy={(step) => ({ ...step, id: newId(), key: keyFor(step.key, "step", taken) })}
        head={(step) => (
          <>
            <span className="k-clip">{called(step)}</span>
            {draft.stops.length > 1 && <Tag variant="filled">{t("stop", { number: step.stop + 1 })}</Tag>}
            {step.photo !== "OFF" && (
              <Tag variant="filled" icon={<CameraOutlined />}>
                {t(`proof.${step.photo}`)}
              </Tag>
            )}
            {step.when && <Tag variant="filled">{t("conditional")}</Tag>}
          </>
        )}
      >
        {(step, index) => {
          const to = (what: Partial<Step>) => set(draft.steps.with(index, { ...step, ...what }));
          const id = `step-${step.id}`;
          const before = draft.steps.filter((other) => other.id !== step.id && other.stop <= step.stop);
          return (
            <div className="s-fields">
              <Field label={t("stepName")} to={`${id}-name`}>
                <TextsInput id={`${id}-name`} maxLength={80} value={step.name} onChange={(name) => to({ name })} />
              </Field>
              <Field label={t("optional", { what: t("stepHint") })} to={`${id}-hint`}>
                <TextsInput id={`${id}-hint`} maxLength={300} value={step.hint} onChange={(hint) => to({ hint })} />
              </Field>
              <div className="s-pair">
                {draft.stops.length > 1 && (
                  <Field label={t("section.stops")} to={`${id}-stop`}>
                    <Select
                      id={`${id}-stop`}
                      value={step.stop}
                      options={draft.stops.map((_, number) => ({ value: number, label: stopName(number) }))}
                      onChange={(stop) => to({ stop })}
                    />
                  </Field>
                )}
                <Field label={t("after")} to={`${id}-after`}>
                  <Select
                    id={`${id}-after`}
                    mode="multiple"
                    placeholder={t("afterNone")}
                    value={step.after}
                    options={before.map((other) => ({ value: other.key, label: called(other) }))}
                    onChange={(after: string[]) => to({ after })}
                  />
                </Field>
                <Field label={t("photo")}>
                  <NeedPicker label={t("photo")} words="proof" value={step.photo} onChange={(photo) => to({ photo })} />
                </Field>
                <Field label={t("stepRequired")} to={`${id}-required`}>
                  <span>
                    <Switch id={`${id}-required`} checked={step.required} onChange={(required) => to({ required })} />
                  </span>
                </Field>
              </div>
              <Field label={t("whenStep")}>
                <ConditionEditor label={t("whenStep")} value={step.when} questions={draft.form} onChange={(when) => to({ when })} />
              </Field>
            </div>
          );
        }}
      </Ordered>
      <div className="s-adders">
        <Button
          icon={<PlusOutlined />}
          disabled={draft.steps.length >= MAX_STEPS}
          onClick={() => {
            const step: Step = {
              id: newId(),
              key: keyFor("", "step", taken),
              stop: Math.max(0, draft.stops.length - 1),
              name: [],
              hint: [],
              required: true,
              photo: "OFF",
              after: [],
              when: null,
            };
            set([...draft.steps, step]);
            go({ section: "steps", item: step.id });
          }}
        >
          {t("addStep")}
        </Button>
      </div>
    </>
  );
}
