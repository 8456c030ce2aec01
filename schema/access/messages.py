"""What refusals of this part say to a person."""

MESSAGES: dict[str, dict[str, str]] = {
    "PHONE_CODE_TOO_SOON": {
        "en": "A code was sent a moment ago. Please wait before asking for another.",
        "zh-Hans": "验证码发送过于频繁，请稍后再试。",
    },
    "EMAIL_TAKEN": {
        "en": "Somebody with this email already works here.",
        "zh-Hans": "该邮箱对应的员工已存在。",
    },
    "ADMINISTRATOR_PRESENT": {
        "en": "Somebody who can sign in administers this operator already and invites others.",
        "zh-Hans": "该运营方已有可登录的管理员，请由其邀请其他员工。",
    },
    "LAST_ADMINISTRATOR": {
        "en": "Nobody else could manage the staff afterwards.",
        "zh-Hans": "至少需要保留一名能登录的管理员。",
    },
    "TOO_MANY_KEPT": {
        "en": "There are {limit} already. Please revoke or remove one first.",
        "zh-Hans": "最多保留 {limit} 项，请先停用或删除一项。",
    },
}

REASONS: dict[str, str] = {
    "one or more of the back office's": "至少选择一项后台权限",
    "asks for too much: {}": "请求超出限额：{0}",
    "one operation": "只能有一个操作",
}
"""What is wrong with an input, in zh-Hans, by how it is said in English: `{}` is a fact."""
