/** A way to where somebody works, on a map that has nothing of theirs yet. */

import { useTell, useTexts } from "@daiqu/kit";
import { AimOutlined } from "@ant-design/icons";
import { Button, Input } from "antd";
import { pointOf, type Point } from "./rings";
import { texts } from "./texts";

export function GoTo({ go }: { go: (point: Point) => void }) {
  const t = useTexts(texts);
  const tell = useTell();
  const typed = (text: string) => {
    const point = pointOf(text);
    if (point) go(point);
    else if (text.trim()) tell.bad(t("map.goBad"));
  };
  const here = () =>
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => go([coords.longitude, coords.latitude]),
      () => tell.bad(t("map.hereFailed")),
    );
  return (
    <div className="z-go">
      <Input.Search aria-label={t("map.go")} placeholder={t("map.goHint")} maxLength={60} onSearch={typed} />
      <Button icon={<AimOutlined />} aria-label={t("map.here")} title={t("map.here")} onClick={here} />
    </div>
  );
}
