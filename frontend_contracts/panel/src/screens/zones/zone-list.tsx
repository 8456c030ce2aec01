/** The zones beside the map. */

import { OperatorZoneRemoveDocument, type OperatorZoneFragment } from "@daiqu/client";
import { Empty, kitTexts, useAct, useConfirm, useFormat, useLookup, useTexts } from "@daiqu/kit";
import { Button } from "antd";
import { BorderOuterOutlined, DeleteOutlined, EditOutlined } from "@ant-design/icons";
import { useMemo } from "react";
import { useServices } from "../../pickers/lookups";
import { texts } from "./texts";

interface ZoneListProps {
  zones: readonly OperatorZoneFragment[];
  chosen: string | null;
  onChoose: (id: string) => void;
  onEdit: (zone: OperatorZoneFragment) => void;
  onChanged: () => void;
}

export function ZoneList({ zones, chosen, onChoose, onEdit, onChanged }: ZoneListProps) {
  const t = useTexts(texts);
  const words = useTexts(kitTexts);
  const format = useFormat();
  const confirm = useConfirm();
  const [remove, removing] = useAct(OperatorZoneRemoveDocument);
  const services = useServices();
  const { nameOf } = useLookup(services, useMemo(() => [...new Set(zones.flatMap((zone) => zone.serviceIds))], [zones]));

  async function take(zone: OperatorZoneFragment) {
    const { name } = zone;
    if (!(await confirm({ title: t("zone.removeAsk", { name }), hint: t("zone.removeHint"), ok: words("remove"), danger: true }))) return;
    const outcome = await remove({ input: { zoneId: zone.id } }, { done: t("zone.removed", { name }) });
    if (outcome) onChanged();
  }

  if (zones.length === 0) return <Empty icon={<BorderOuterOutlined />} title={t("zone.none")} hint={t("zone.noneHint")} />;
  const sorted = [...zones].sort((one, other) => other.priority - one.priority || one.name.localeCompare(other.name));
  return (
    <ul className="z-list">
      {sorted.map((zone) => {
        const covered = zone.serviceIds.map(nameOf).filter((name) => name != null);
        return (
          <li key={zone.id} className={zone.id === chosen ? "z-item z-item-here" : "z-item"}>
            <button type="button" className="z-item-main" aria-pressed={zone.id === chosen} onClick={() => onChoose(zone.id)}>
              <span className="k-strong k-clip">{zone.name}</span>
              <span className="k-quiet k-clip" title={covered.join(", ")}>
                {zone.serviceIds.length === 0 ? t("zone.all") : covered.join(", ") || t("zone.some", { count: zone.serviceIds.length })}
                {zone.priority !== 0 && ` · ${t("zone.priority")} ${format.number(zone.priority)}`}
              </span>
            </button>
            <Button type="text" icon={<EditOutlined />} aria-label={`${words("edit")}: ${zone.name}`} onClick={() => onEdit(zone)} />
            <Button
              type="text"
              icon={<DeleteOutlined />}
              aria-label={`${words("remove")}: ${zone.name}`}
              disabled={removing}
              onClick={() => void take(zone)}
            />
          </li>
        );
      })}
    </ul>
  );
}
