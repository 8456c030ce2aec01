"""What refusals of this part say to a person."""

MESSAGES: dict[str, dict[str, str]] = {
    "ERASURE_TOO_EARLY": {
        "en": "The waiting period is not over. It ends at {due_at}.",
        "zh-Hans": "等待期尚未结束，最早可确认时间为 {due_at}。",
    },
    "ERASURE_OPEN": {
        "en": "This tenant is about to be erased. Cancel that first.",
        "zh-Hans": "该运营商即将被清除，请先取消清除。",
    },
    "TEMPLATE_BROKEN": {
        "en": "No operator could begin with this template. {path}: {reason}",
        "zh-Hans": "此模板无法使用。{path}:{reason}",
    },
    "TEMPLATE_CHANGED": {
        "en": "Somebody has edited this template meanwhile. Its newest version is {number}.",
        "zh-Hans": "该模板已被他人修改，最新版本为 {number}。",
    },
    "TEMPLATE_KEY_TAKEN": {
        "en": "There is a template with this key already.",
        "zh-Hans": "该模板标识已被使用。",
    },
    "DOMAIN_TAKEN": {
        "en": "Another operator has proven that this host is its own. Please contact the platform.",
        "zh-Hans": "该域名已由其他运营商验证，请联系平台。",
    },
    "TOO_MANY_DOMAINS": {
        "en": "There are {limit} already, which is as many as there can be.",
        "zh-Hans": "数量已达上限（{limit}）。",
    },
    "DOMAIN_NOT_PROVEN": {
        "en": "There is no TXT record {record} with the text {expected} yet. "
        "It may take hours to spread.",
        "zh-Hans": "尚未查到 TXT 记录 {record}（内容应为 {expected}），生效可能需要数小时。",
    },
    "DNS_UNAVAILABLE": {
        "en": "The DNS of this host does not answer. Please try again later.",
        "zh-Hans": "该域名的 DNS 没有响应，请稍后再试。",
    },
    "PLATFORM_DOMAIN": {
        "en": "This host is the platform's own for you and stays.",
        "zh-Hans": "这是平台分配的域名，不能移除。",
    },
    "SLUG_TAKEN": {
        "en": "Another operator has this subdomain.",
        "zh-Hans": "该子域名已被其他运营商使用。",
    },
    "SLUG_LOOKS_ALIKE": {
        "en": "This subdomain looks too much like another one. Please choose a different name.",
        "zh-Hans": "该子域名与已有名称过于相似，请换一个。",
    },
    "SIGN_UPS_TOO_MANY": {
        "en": "Too many sign-ups. Please try again in an hour.",
        "zh-Hans": "注册次数过多，请一小时后再试。",
    },
    "SIGN_UP_OVER": {
        "en": "This code is no longer good. Please sign up again.",
        "zh-Hans": "验证码已失效，请重新注册。",
    },
    "CODE_NOT_SENT": {
        "en": "We could not send the code. Please check the address, or try again later.",
        "zh-Hans": "验证码发送失败，请检查联系方式或稍后再试。",
    },
    "NOTHING_TO_RETRY": {
        "en": "The last release has failed in no operator's schema.",
        "zh-Hans": "没有升级失败的运营方。",
    },
    "RELEASE_UNDER_WAY": {
        "en": "A release is on its way. Please wait for its end.",
        "zh-Hans": "正在升级，请等待结束。",
    },
    "RELEASE_AWAITED": {
        "en": "The platform's own tables come first: run manage.py fleet migrate.",
        "zh-Hans": "需先升级平台自身的数据表：请运行 manage.py fleet migrate。",
    },
}

REASONS: dict[str, str] = {
    "only news can be for some plans alone": "只有通知可以仅面向部分套餐",
    "the primary host is where the others lead": "主域名是其他域名的跳转目标",
    "this host leads to the operator already": "该域名已指向此商家",
    "not what this tenant is called": "与商家名称不符",
    "a-z, 0-9 and _, a letter first, at most 60": "由小写字母、数字和下划线组成，以字母开头，最"
    "多 60 个字符",
    "at most 500 characters": "最多 500 个字符",
    "a host name like www.example.com, of at most {} letters": "应为 www.example.com 形式的域名"
    "，最多 {0} 个字符",
    "a name in the DNS, not an address or a label": "应为域名，不能是 IP 地址或单个标签",
    "this host is the platform's": "该域名属于平台",
    "3 to 63 of a-z, 0-9 and hyphens, a hyphen neither first nor last": "3 至 63 个小写字母、数"
    "字或连字符，首尾不能是连字符",
    "longer than {} characters as a host": "作为域名超过 {0} 个字符",
    "this name is reserved": "该名称为保留名称",
    "two hyphens cannot be in third place": "第三、四位不能都是连字符",
    "an owner with this email exists already": "该邮箱已有平台所有者",
    "3 to 40 of a-z, 0-9 and _, a letter first": "3 至 40 个小写字母、数字或下划线，以字母开头",
    "not the id of a backup": "不是备份的编号",
}
"""What is wrong with an input, in zh-Hans, by how it is said in English: `{}` is a fact."""
