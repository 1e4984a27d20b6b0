"""Japanese."""

import re
from typing import Final

from domain.blocks import BlockType
from providers.sandbox.phrases.phrasebook import Instructions, Labels, Phrasebook, Printed, Questions, Reading, cue

_PRINTED: Final = Printed(
    headings={
        BlockType.FEATURES: ("ご案内", "くわしいご案内"),
        BlockType.STEPS: ("ご利用の流れ", "順を追って"),
        BlockType.PRICING: ("料金", "料金のご案内"),
        BlockType.TESTIMONIALS: ("お客さまの声", "いただいた言葉"),
        BlockType.STATS: ("数字で見る", "数字でご紹介"),
        BlockType.GALLERY: ("ギャラリー", "写真でご紹介"),
        BlockType.TEAM: ("お迎えする人びと", "スタッフ紹介"),
        BlockType.FAQ: ("よくあるご質問", "ご質問とお答え"),
        BlockType.CONTACT: ("お問い合わせ", "ご連絡先"),
        BlockType.CTA: ("お待ちしております", "心よりお待ちしております"),
        BlockType.TEXT: ("物語", "くわしく"),
    },
    named={BlockType.TEXT: ("{name}について",)},
    visit=("アクセスとお問い合わせ", "所在地とご連絡先"),
    ordinals=("はじめに", "次に", "それから", "そのあと", "続いて", "さらに", "終わりに", "最後に"),
    labels=Labels(write="メールで問い合わせる", call="電話をかける", contact="お問い合わせ", prices="料金を見る"),
    questions=Questions(
        hours="営業時間を教えてください。",
        address="場所はどこですか。",
        reach="連絡先を教えてください。",
        price="「{item}」はいくらですか。",
        audience="どのような方に向いていますか。",
        about="どのような内容ですか。",
    ),
)

_READING: Final = Reading(
    brief_talk=cue(
        r"(?:ホームページ|ウェブサイト|ランディングページ|トップページ|ページ|サイト|見出し|キャッチコピー|文章)"
        r".*(?:作って|作りたい|してください|載せて|入れて|お願いします|ほしい|欲しい)"
        r"|(?:書かない|使わない|載せない)でください|掲載してください|(?:指示|命令)を(?:すべて|全て)?無視|^\s*(?:システム|口調|対象|言語)\s*[:：]"
        r"|^\s*(?:口調|文体|トーン)は|という(?:言葉|表現|語)は(?:使わ|避け)"
    ),
    calling=re.compile(r"[「『](?P<name>[^「」『』]{2,60})[」』](?:という|と呼ばれる)"),
    naming=re.compile(r"^(?P<name>(?!私たち|当|わたし|ここ|この|その)[^。、は「」]{2,20})(?:は|(?<![ぁ-ん])、)"),
    topics={
        BlockType.PRICING: cue(r"料金|価格|宿泊プラン|値段|入場料|プラン"),
        BlockType.CONTACT: cue(r"アクセス|お問い合わせ|連絡先|営業時間|所在地|交通"),
        BlockType.TEAM: cue(r"スタッフ|人びと|人々|チーム|迎える人|働く人|メンバー"),
        BlockType.TESTIMONIALS: cue(r"お客さまの声|お客様の声|ご感想|口コミ"),
        BlockType.FAQ: cue(r"質問|よくある"),
        BlockType.GALLERY: cue(r"ギャラリー|写真|作品|見どころ"),
        BlockType.STATS: cue(r"数字|ひと目で"),
        BlockType.STEPS: cue(r"流れ|手順|過ごし方"),
    },
    call=cue(r"電話"),
    write=cue(r"メール|予約|申し込|問い合わせ"),
    instructions=Instructions(
        shorter=cue(r"短く|簡潔|短め|短縮"),
        longer=cue(r"長く|詳しく|くわしく"),
        formal=cue(r"丁寧|フォーマル|かしこま|堅め"),
        mention=cue(r"(.+?)(?:について|のこと|も|に)?(?:も)?(?:触れて|書いて|加えて|入れて|言及して)"),
        retitle=cue(r"(?:見出し|タイトル).*?[「『\"](.+?)[」』\"]"),
    ),
)

JAPANESE: Final = Phrasebook(language="ja", printed=_PRINTED, reading=_READING)
