/** Two people edited one service: what each changed, before the second goes over the first. */

import { useFormat, useTexts } from "@daiqu/kit";
import { Alert, Button, Modal } from "antd";
import { Link } from "react-router";
import type { Merge, Part } from "./model";
import { texts } from "./texts";

interface ConflictProps {
  merge: Merge;
  serviceId: string;
  savedAt: string;
  /** In another window, say. */
  byYourself: boolean;
  onCombine: () => void;
  onTheirs: () => void;
  onClose: () => void;
}

export function Conflict({ merge, serviceId, savedAt, byYourself, onCombine, onTheirs, onClose }: ConflictProps) {
  const t = useTexts(texts);
  const format = useFormat();
  const list = (parts: readonly Part[]) => (
    <ul className="s-changed">
      {parts.map((part) => (
        <li key={part}>{t(`parts.${part}`)}</li>
      ))}
      {parts.length === 0 && <li className="k-quiet">{t("none")}</li>}
    </ul>
  );
  return (
    <Modal
      open
      title={t(byYourself ? "conflictOwn" : "conflict")}
      width={560}
      onCancel={onClose}
      footer={[
        <Button key="keep" onClick={onClose}>
          {t("keepEditing")}
        </Button>,
        <Button key="theirs" danger onClick={onTheirs}>
          {t("takeTheirs")}
        </Button>,
        <Button key="both" type="primary" onClick={onCombine}>
          {t("combine")}
        </Button>,
      ]}
    >
      <p className="k-quiet k-gap-below">
        {t("conflictHint", { ago: format.ago(savedAt) })}{" "}
        <Link to={`/catalogue/service?id=${encodeURIComponent(serviceId)}`} target="_blank" rel="noopener">
          {t("seeTheirs")}
        </Link>
      </p>
      <div className="s-pair">
        <div>
          <h3>{t("theyChanged")}</h3>
          {list(merge.theirs)}
        </div>
        <div>
          <h3>{t("youChanged")}</h3>
          {list(merge.mine)}
        </div>
      </div>
      {merge.both.length > 0 && (
        <Alert
          type="warning"
          showIcon
          className="k-gap-above"
          title={t("bothChanged")}
          description={merge.both.map((part) => t(`parts.${part}`)).join(", ")}
        />
      )}
    </Modal>
  );
}
