/** One zone: its lines on the map, its name, priority and services. */

import { OperatorZoneSaveDocument, type OperatorZoneFragment } from "@daiqu/client";
import { SaveForm, SearchSelectMany, textsNeeded, TextsInput, useAct, useBrand, useFormat, useTexts } from "@daiqu/kit";
import { Alert, Button, Form, Input, InputNumber, Segmented } from "antd";
import { ClearOutlined, UndoOutlined } from "@ant-design/icons";
import { useState } from "react";
import { useServices } from "../../pickers/lookups";
import type { Tool } from "./drawing";
import { areaOf, faultOfRings, ringsOf, squareMeters, type Ring } from "./rings";
import { texts } from "./texts";

interface ZoneEditorProps {
  zone: OperatorZoneFragment | null;
  rings: readonly Ring[];
  tool: Tool;
  canGoBack: boolean;
  onTool: (tool: Tool) => void;
  onRings: (rings: readonly Ring[]) => void;
  onBack: () => void;
  onClose: () => void;
}

export function ZoneEditor(props: ZoneEditorProps) {
  const { zone, rings, tool } = props;
  const t = useTexts(texts);
  const format = useFormat();
  const brand = useBrand();
  const [save] = useAct(OperatorZoneSaveDocument);
  const services = useServices();
  const [asked, setAsked] = useState(false);
  const fault = faultOfRings(rings);
  const area = areaOf(rings);
  const points = rings.reduce((sum, ring) => sum + ring.length, 0);

  return (
    <div className="z-editor">
      <h2>{zone ? t("zone.edit", { name: zone.name }) : t("zone.new")}</h2>
      <div className="z-tools">
        <Segmented<Tool>
          block
          value={tool}
          onChange={props.onTool}
          options={(["draw", "bend"] as const).map((value) => ({ value, label: t(`zone.tool.${value}`) }))}
        />
        <p className="k-quiet">{t(`zone.toolHint.${tool}`)}</p>
        <div className="k-between">
          <span className="k-quiet" aria-live="polite">
            {rings.length > 0 &&
              `${t("zone.lines", { borders: t("zone.borders", { count: rings.length }), points: t("zone.points", { count: points }) })} · ${size(squareMeters(area), format.number)}`}
          </span>
          <span className="k-row">
            <Button size="small" icon={<UndoOutlined />} disabled={!props.canGoBack} onClick={props.onBack}>
              {t("zone.back")}
            </Button>
            <Button
              size="small"
              icon={<ClearOutlined />}
              aria-label={t("zone.clear")}
              title={t("zone.clear")}
              disabled={rings.length === 0}
              onClick={() => props.onRings([])}
            />
          </span>
        </div>
        {fault && (asked || fault !== "NONE") && <Alert type="warning" showIcon title={t(`zone.fault.${fault}`)} />}
      </div>
      <SaveForm
        initial={{
          name: zone ? zone.names.map(({ language, text }) => ({ language, text })) : [],
          priority: zone?.priority ?? 0,
          serviceIds: zone ? [...zone.serviceIds] : [],
        }}
        changed={props.canGoBack}
        savedText={t("zone.saved")}
        save={(values) => {
          setAsked(true);
          if (fault || !area) return Promise.resolve(null);
          return save({ input: { ...values, id: zone?.id ?? null, polygon: area } }, { quiet: true });
        }}
        onSaved={props.onClose}
        onCancel={props.onClose}
      >
        <Form.Item name="name" label={t("zone.name")} rules={[textsNeeded(brand.language, t("zone.nameNeeded"))]} required>
          <TextsInput maxLength={100} />
        </Form.Item>
        <Form.Item name="serviceIds" label={t("zone.services")} extra={t("zone.servicesHint")}>
          <SearchSelectMany lookup={services} placeholder={t("zone.all")} />
        </Form.Item>
        <Form.Item name="priority" label={t("zone.priority")} extra={t("zone.priorityHint")}>
          <InputNumber min={0} max={1000} precision={0} />
        </Form.Item>
      </SaveForm>
      <Coordinates rings={rings} onRings={props.onRings} />
    </div>
  );
}

/** The same by keyboard, or out of another program. */
function Coordinates({ rings, onRings }: { rings: readonly Ring[]; onRings: (rings: readonly Ring[]) => void }) {
  const t = useTexts(texts);
  const [typed, setTyped] = useState<string | null>(null);
  const [bad, setBad] = useState(false);
  const text = typed ?? (rings.length ? JSON.stringify(areaOf(rings)) : "");
  return (
    <details className="z-coordinates">
      <summary>{t("zone.coordinates")}</summary>
      <Input.TextArea
        rows={6}
        spellCheck={false}
        aria-label={t("zone.coordinates")}
        status={bad ? "error" : ""}
        value={text}
        onChange={(event) => {
          setTyped(event.target.value);
          setBad(false);
        }}
        onBlur={() => {
          if (typed === null) return;
          const read = ringsIn(typed);
          setBad(!read);
          if (!read) return;
          setTyped(null);
          onRings(read);
        }}
      />
      {bad && (
        <p className="z-bad" role="alert">
          {t("zone.coordinatesBad")}
        </p>
      )}
    </details>
  );
}

function ringsIn(text: string): Ring[] | null {
  if (!text.trim()) return [];
  try {
    const read = JSON.parse(text) as { type?: string; geometry?: unknown };
    const rings = ringsOf(read.type === "Feature" ? read.geometry : read);
    const numbers = rings.flat(2).every((each) => Number.isFinite(each));
    return rings.length > 0 && numbers ? rings : null;
  } catch {
    return null;
  }
}

const KM2 = 1e6;

function size(square: number, number: (value: number) => string): string {
  if (square >= KM2 / 10) return `${number(Math.round((square / KM2) * 100) / 100)} km²`;
  return `${number(Math.round(square))} m²`;
}
