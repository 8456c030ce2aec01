/** One place: what it is, in what it lies, where, and when it is open. */

import { OperatorPlaceSaveDocument, type PlaceKind } from "@daiqu/client";
import { kitTexts, SaveForm, textsNeeded, TextsInput, useAct, useBrand, useConfirm, useTexts } from "@daiqu/kit";
import { Button, Form, InputNumber, Select } from "antd";
import { PartitionOutlined, StopOutlined } from "@ant-design/icons";
import { useState } from "react";
import { FillDialog } from "./fill";
import { HoursInput, hoursOf, hoursSent } from "./hours-input";
import type { Point } from "./rings";
import { KINDS, LIES_IN, texts } from "./texts";
import { homesFor, pathOf, type Place } from "./tree";

interface PlaceEditorProps {
  place: Place | null;
  /** Where a new one is to lie. */
  within: Place | null;
  places: readonly Place[];
  pin: Point;
  onPin: (point: Point) => void;
  onSaved: (parentId: string | null) => void;
  onClose: () => void;
}

const TOP = "";

export function PlaceEditor({ place, within, places, pin, onPin, onSaved, onClose }: PlaceEditorProps) {
  const t = useTexts(texts);
  const words = useTexts(kitTexts);
  const brand = useBrand();
  const confirm = useConfirm();
  const [save] = useAct(OperatorPlaceSaveDocument);
  const [switchOff, switching] = useAct(OperatorPlaceSaveDocument);
  const [filling, setFilling] = useState(false);
  const kinds = KINDS.filter((each) => place || !within || LIES_IN[each].includes(within.kind));
  const [kind, setKind] = useState<PlaceKind>(place?.kind ?? kinds.find((each) => each !== "CAMPUS") ?? "BUILDING");
  const point = () => ({ longitude: pin[0], latitude: pin[1] });

  const whole = (active: boolean) => ({
    input: {
      id: place?.id ?? null,
      kind,
      parentId: place?.parent?.id ?? null,
      name: (place?.names ?? []).map(({ language, text }) => ({ language, text })),
      point: { longitude: place?.longitude ?? 0, latitude: place?.latitude ?? 0 },
      hours: hoursSent(hoursOf(place?.hours)),
      active,
    },
  });

  async function deactivate() {
    if (!place) return;
    const { name } = place;
    if (!(await confirm({ title: t("place.offAsk", { name }), hint: t("place.offHint"), ok: t("place.off"), danger: true }))) return;
    const done = () => onSaved(place.parent?.id ?? null);
    const undo = () => void switchOff(whole(true), { done: t("place.didOn", { name }) }).then(done);
    const outcome = await switchOff(whole(false), { done: t("place.didOff", { name }), undo });
    if (outcome && "done" in outcome) {
      done();
      onClose();
    }
  }

  return (
    <div className="z-editor">
      <h2>{place ? pathOf(place, places) : t("place.new")}</h2>
      {place && (
        <div className="k-row k-gap-below">
          {place.kind === "BUILDING" && (
            <Button size="small" icon={<PartitionOutlined />} onClick={() => setFilling(true)}>
              {t("fill.button")}
            </Button>
          )}
          <Button size="small" danger icon={<StopOutlined />} loading={switching} onClick={() => void deactivate()}>
            {t("place.off")}
          </Button>
        </div>
      )}
      <SaveForm
        initial={{
          name: place ? place.names.map(({ language, text }) => ({ language, text })) : [],
          parentId: place?.parent?.id ?? within?.id ?? TOP,
          hours: hoursOf(place?.hours),
        }}
        savedText={t("place.saved")}
        save={({ name, parentId, hours }) =>
          save(
            { input: { id: place?.id ?? null, kind, name, parentId: parentId || null, point: point(), hours: hoursSent(hours), active: true } },
            { quiet: true },
          )
        }
        onSaved={({ parentId }) => {
          onSaved(parentId || null);
          onClose();
        }}
        onCancel={onClose}
      >
        <Form.Item label={t("place.kindTitle")}>
          <Select
            aria-label={t("place.kindTitle")}
            disabled={Boolean(place)}
            value={kind}
            onChange={setKind}
            options={kinds.map((value) => ({ value, label: t(`place.kind.${value}`) }))}
          />
        </Form.Item>
        <Form.Item name="name" label={t("place.name")} rules={[textsNeeded(brand.language, t("place.nameNeeded"))]} required>
          <TextsInput maxLength={100} />
        </Form.Item>
        <Form.Item name="parentId" label={t("place.within")} rules={[{ required: !LIES_IN[kind].includes(null), message: words("required") }]}>
          <Select
            showSearch={{ optionFilterProp: "label" }}
            options={[
              ...(LIES_IN[kind].includes(null) ? [{ value: TOP, label: t("place.top") }] : []),
              ...homesFor(kind, places, place?.id ?? null).map((each) => ({ value: each.id, label: pathOf(each, places) })),
            ]}
          />
        </Form.Item>
        <Form.Item label={t("place.position")} extra={t("place.positionHint")}>
          <div className="z-pair">
            <InputNumber<number> aria-label={t("place.latitude")} prefix={t("place.latitude")} min={-90} max={90} step={0.0001} controls={false} value={round(pin[1])} onChange={(value) => onPin([pin[0], value ?? 0])} />
            <InputNumber<number> aria-label={t("place.longitude")} prefix={t("place.longitude")} min={-180} max={180} step={0.0001} controls={false} value={round(pin[0])} onChange={(value) => onPin([value ?? 0, pin[1]])} />
          </div>
        </Form.Item>
        <Form.Item name="hours" label={t("place.hours")}>
          <HoursInput />
        </Form.Item>
      </SaveForm>
      {filling && place && <FillDialog building={place} onClose={() => setFilling(false)} onDone={() => onSaved(place.id)} />}
    </div>
  );
}

const round = (degrees: number) => Math.round(degrees * 1e6) / 1e6;
