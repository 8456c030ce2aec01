/** Who works here, in which roles; invitations; roles given and taken with undo. */

import {
  OperatorStaffGrantDocument,
  OperatorStaffInviteDocument,
  OperatorStaffPageDocument,
  OperatorStaffRevokeDocument,
  type OperatorStaffMemberFragment,
  type OperatorStaffPageQuery,
} from '@daiqu/client';
import { kitTexts, List, Page, SaveForm, Sheet, SideDrawer, StateTag, useAct, useApp, useTell, useTexts, type Column } from '@daiqu/kit';
import { Button, Dropdown, Form, Input, Select, Tag } from 'antd';
import { CopyOutlined, PlusOutlined, UserAddOutlined } from '@ant-design/icons';
import { useCallback, useState } from 'react';
import { texts } from './texts';

type Member = OperatorStaffMemberFragment;
type Roles = OperatorStaffPageQuery['staffRoles'];

export default function StaffView() {
  const t = useTexts(texts);
  const { viewer } = useApp();
  const [version, setVersion] = useState(0);
  const [inviting, setInviting] = useState(false);
  const [roles, setRoles] = useState<Roles>([]);
  const changed = () => setVersion((n) => n + 1);
  const onData = useCallback((data: OperatorStaffPageQuery) => setRoles(data.staffRoles), []);

  const columns: Column<Member>[] = [
    {
      key: 'name',
      title: t('name'),
      render: (row) => (
        <span className="k-strong">
          {row.name} {row.email === viewer.email && <span className="k-quiet">({t('you')})</span>}
        </span>
      ),
    },
    { key: 'email', title: t('email'), from: 'md', render: (row) => row.email ?? '—' },
    { key: 'roles', title: t('roles'), render: (row) => <RoleTags member={row} roles={roles} onChanged={changed} /> },
    {
      key: 'state',
      title: t('state'),
      render: (row) =>
        row.active ? (
          <StateTag mood={row.joined ? 'good' : 'wait'}>{t(row.joined ? 'joined' : 'invited')}</StateTag>
        ) : (
          <StateTag mood="off">{t('off')}</StateTag>
        ),
    },
  ];

  return (
    <Page
      title={t('title')}
      hint={t('hint')}
      actions={
        <Button type="primary" icon={<UserAddOutlined />} onClick={() => setInviting(true)}>
          {t('invite')}
        </Button>
      }
    >
      <div className="k-stack">
        <List
          name="staff"
          document={OperatorStaffPageDocument}
          variables={() => ({})}
          connection={(data) => data.staff}
          columns={columns}
          onData={onData}
          version={version}
          empty={{ title: t('empty') }}
        />
        {roles.length > 0 && (
          <Sheet title={t('allows')}>
            <dl className="k-facts">
              {roles.map((role) => (
                <div key={role.key}>
                  <dt>{role.name}</dt>
                  <dd>
                    <ul>
                      {role.rights.map((right) => (
                        <li key={right}>{t(`right.${right}`)}</li>
                      ))}
                    </ul>
                  </dd>
                </div>
              ))}
            </dl>
          </Sheet>
        )}
      </div>
      <SideDrawer open={inviting} onClose={() => setInviting(false)} title={t('invite')}>
        <Invite roles={roles} onInvited={changed} onClose={() => setInviting(false)} />
      </SideDrawer>
    </Page>
  );
}

function RoleTags({ member, roles, onChanged }: { member: Member; roles: Roles; onChanged: () => void }) {
  const t = useTexts(texts);
  const [grant, granting] = useAct(OperatorStaffGrantDocument);
  const [revoke] = useAct(OperatorStaffRevokeDocument);
  const held = new Set(member.roles.map((role) => role.key));
  const free = roles.filter((role) => !held.has(role.key));
  const told = (role: Roles[number]) => ({ name: member.name, role: role.name });

  async function give(role: Roles[number], undoable = true): Promise<void> {
    const undo = undoable ? () => void take(role, false) : undefined;
    const input = { staffMemberId: member.id, role: role.key };
    const outcome = await grant({ input }, { done: t('granted', told(role)), ...(undo && { undo }) });
    if (outcome && 'done' in outcome) onChanged();
  }

  async function take(role: Roles[number], undoable = true): Promise<void> {
    const undo = undoable ? () => void give(role, false) : undefined;
    const input = { staffMemberId: member.id, role: role.key };
    const outcome = await revoke({ input }, { done: t('revoked', told(role)), ...(undo && { undo }) });
    if (outcome && 'done' in outcome) onChanged();
  }

  return (
    <span className="k-row">
      {member.roles.length === 0 && <span className="k-quiet">{t('none')}</span>}
      {member.roles.map((role) => (
        <Tag
          key={role.key}
          closable={{ 'aria-label': t('revoke', told(role)) }}
          onClose={(event) => {
            event.preventDefault(); // it goes when the server says so
            void take(role);
          }}
        >
          {role.name}
        </Tag>
      ))}
      {free.length > 0 && (
        <Dropdown
          trigger={['click']}
          menu={{
            items: free.map((role) => ({ key: role.key, label: role.name })),
            onClick: ({ key }) => {
              const role = free.find((each) => each.key === key);
              if (role) void give(role);
            },
          }}
        >
          <Button size="small" type="text" loading={granting} icon={<PlusOutlined />} aria-label={`${t('add')}: ${member.name}`} />
        </Dropdown>
      )}
    </span>
  );
}

function Invite({ roles, onInvited, onClose }: { roles: Roles; onInvited: () => void; onClose: () => void }) {
  const t = useTexts(texts);
  const words = useTexts(kitTexts);
  const tell = useTell();
  const [invite] = useAct(OperatorStaffInviteDocument);
  const [made, setMade] = useState<{ name: string; url: string }>();
  if (made) {
    return (
      <div className="k-stack">
        <p>{t('link', { name: made.name })}</p>
        <Input.Search
          readOnly
          value={made.url}
          enterButton={<CopyOutlined aria-label={t('copied')} />}
          onSearch={() => void navigator.clipboard.writeText(made.url).then(() => tell.done(t('copied')))}
        />
        <span>
          <Button onClick={onClose}>{words('close')}</Button>
        </span>
      </div>
    );
  }
  return (
    <SaveForm
      initial={{ name: '', email: '', role: undefined as unknown as string }}
      saveLabel={t('send')}
      savedText={t('invitedText')}
      save={async (values) => {
        const outcome = await invite({ input: values }, { quiet: true });
        if (outcome && 'done' in outcome) {
          setMade({ name: values.name, url: outcome.done.invitationUrl });
          onInvited();
        }
        return outcome;
      }}
    >
      <Form.Item name="name" label={t('name')} rules={[{ required: true, whitespace: true, message: t('nameNeeded') }]}>
        <Input maxLength={60} autoComplete="off" />
      </Form.Item>
      <Form.Item name="email" label={t('email')} rules={[{ required: true, type: 'email', message: t('emailNeeded') }]}>
        <Input type="email" maxLength={254} autoComplete="off" />
      </Form.Item>
      <Form.Item name="role" label={t('role')} rules={[{ required: true, message: t('roleNeeded') }]}>
        <Select options={roles.map((role) => ({ value: role.key, label: role.name }))} />
      </Form.Item>
    </SaveForm>
  );
}
