/** What the details of an entry are called. The server's tests find one that is written and has no words. */

import type { Both } from '@daiqu/kit';

export const FACTS: Readonly<Record<string, Both>> = {
  after: { en: 'Afterwards', 'zh-Hans': '变更' },
  announcement: { en: 'Announcement', 'zh-Hans': '公告' },
  archive: { en: 'Archive', 'zh-Hans': '归档文件' },
  backup: { en: 'Backup', 'zh-Hans': '备份' },
  before: { en: 'Before', 'zh-Hans': '此前' },
  digest: { en: 'Checksum', 'zh-Hans': '校验值' },
  erasure: { en: 'Erasure', 'zh-Hans': '清除' },
  event: { en: 'Payment event', 'zh-Hans': '支付事件' },
  events: { en: 'Payment events', 'zh-Hans': '支付事件数' },
  from: { en: 'From', 'zh-Hans': '原服务器' },
  host: { en: 'Address', 'zh-Hans': '域名' },
  impersonation: { en: 'Support visit', 'zh-Hans': '支持访问' },
  key: { en: 'Key', 'zh-Hans': '标识' },
  kind: { en: 'Kind', 'zh-Hans': '类型' },
  minutes: { en: 'Minutes', 'zh-Hans': '分钟数' },
  number: { en: 'Version', 'zh-Hans': '版本' },
  of: { en: 'Of', 'zh-Hans': '字段' },
  on: { en: 'Switched on', 'zh-Hans': '启用' },
  percent: { en: 'Share of operators', 'zh-Hans': '运营方比例' },
  plan: { en: 'Plan', 'zh-Hans': '套餐' },
  rows: { en: 'Rows', 'zh-Hans': '行数' },
  sandbox: { en: 'Sandbox', 'zh-Hans': '沙盒' },
  tenants: { en: 'Operators', 'zh-Hans': '运营方' },
  to: { en: 'To', 'zh-Hans': '目标服务器' },
  values: { en: 'Values', 'zh-Hans': '项数' },
};
