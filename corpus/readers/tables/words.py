"""The words of tables: what people call columns, and what they write into them.

Written without accents, capitals and punctuation, as `plain` makes them; the surest word stands first.
"""

import re
import unicodedata

from ...model import AccountKind


def plain(words: str) -> str:
    """A header or value as its words: lower case, no accents, one underscore between them."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", words)
    letters = unicodedata.normalize("NFKD", spaced.casefold())
    kept = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"\W+", "_", kept).strip("_")


def says(answer: str, words: frozenset[str]) -> bool:
    """Whether an answer is one of these words, or begins with one: "No, keep it private" is a no."""
    first, _, rest = (plain(answer) or answer[:1]).partition("_")
    return first in words or f"{first}_{rest.partition('_')[0]}" in words


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


SIGNED = _words("""
    signed_on signed_at signed date_signed signed_date signature_date sign_date signing_date
    unterschrieben_am unterzeichnet_am signe_le date_de_signature firmado_el fecha_de_firma
""")
"""Columns that only a list of signatures has."""
SIGNERS = _words("signer_id signer_hash signatory_id supporter_id")
"""Columns of people that only a list of signatures has."""
FORM_TIME = _words("""
    timestamp submitted_at submitted submitted_on submission_date submission_time completion_time date
    datetime date_time time zeitstempel horodateur marca_temporal carimbo_de_data_hora datum fecha
""")
"""What a form or a sheet calls the time of a row; "created_at" would be that of a record of any kind."""
COMMENTED = _words("commented_date commented_on commented_at comment_date")
"""What a petition site calls the time of a remark, in a list of remarks that is no list of signatures."""
_CREATED = _words("""
    created_at created createdat created_on created_utc creation_date date_created posted_at posted_on
    posted published_at published sent_at sent message_date post_date comment_date commented_at date_posted ts
    create_at timestamp_utc erstellt_am erstellt heure fecha_hora date_de_creation
""")
REMARK = _words("""
    comment comments reason reason_for_signing why message note notes kommentar kommentare commentaire
    comentario commento
""")
"""Columns that are a post's text in one table and a remark beside a signature in another."""
_BACKS = _words("do_you_support do_you_back do_you_endorse do_you_agree_with do_you_sign i_support i_sign")
_BACKED = _words("""
    the_petition this_petition our_petition the_proposal this_proposal the_statement this_statement
    the_letter this_letter the_open_letter this_open_letter this it
""")

SYNONYMS: dict[str, tuple[str, ...]] = {
    "text": _words("""
        text body message_text post_text post_body post_raw comment_text message_body body_text body_plain
        plain_text content raw markdown body_markdown html body_html html_body cooked post message
        verbatim free_text answer_text response_text answer response feedback opinion comment_body
        nachricht beitrag inhalt texte contenu mensaje texto contenido mensagem testo
    """)
    + REMARK,
    "id": _words(
        "id post_id message_id msg_id comment_id item_id response_id answer_id row_id record_id uuid guid"
    ),
    "thread": _words("""
        thread_id thread conversation_id conversation topic_id discussion_id discussion thread_ts link_id
        root_id issue_id ticket_id
    """),
    "parent": _words("""
        parent_id parent reply_to_id reply_to in_reply_to in_reply_to_id replied_to_id replied_to
        parent_post_id parent_message_id parent_comment_id answers_to
    """),
    "title": _words("""
        thread_title topic_title title subject topic thread_name headline petition petition_title betreff
        titel thema titre sujet titulo asunto
    """),
    "author": _words("""
        author_id user_id userid sender_id from_id employee_id member_id account_id speaker_id person_id
        signer_id signatory_id supporter_id signer_hash
    username user_name author_username login author_login handle screen_name nickname author user
        sender poster from by posted_by speaker account employee autor auteur usuario benutzer utente
    """),
    "name": _words("""
        name full_name fullname display_name author_name sender_name real_name author_display_name
        user_display_name your_name signatory signatory_name signer vollstandiger_name nom_complet nom
        nombre_completo nombre nome author user sender poster from by
    """),
    "first_name": _words("first_name firstname given_name forename vorname prenom"),
    "last_name": _words("last_name lastname surname family_name nachname nom_de_famille apellido apellidos"),
    "email": _words("""
        email e_mail email_address e_mail_address mail author_email sender_email user_email work_email
        from_email your_email e_mail_adresse mailadresse courriel adresse_e_mail correo correo_electronico
    """),
    "time": _CREATED + FORM_TIME,
    "edited": _words("""
        edited_at edited updated_at updated modified_at modified last_edited last_edited_at last_modified
    """),
    "likes": _words("""
        likes like_count likes_count number_of_likes num_likes upvotes upvote_count thumbs_up gefallt_mir
        me_gusta
    """),
    "reactions": _words("reactions reaction_counts emoji_reactions"),
    "channel": _words("""
        channel_name channel channel_id group_name group category_name category forum board space room
        stream subreddit list kanal gruppe kategorie canal groupe grupo
    """),
    "url": _words("url link permalink post_url message_url href"),
    "signed": (*SIGNED, "created_at", "created", *FORM_TIME, *COMMENTED),
    "withdrawn": _words("""
        withdrawn_on withdrawn_at withdrawn withdrawal_date date_withdrawn removed_on removed_at
        revoked_on revoked_at retracted_on zuruckgezogen_am zuruckgezogen retire_le retirado_el
    """),
    "status": _words("status signature_status sign_status statut estado zustand"),
    "event": _words("event event_type signature_event action act change"),
    "confirmed": _words("""
        confirmed confirmed_at confirmed_on is_confirmed verified verified_at verified_on is_verified
        email_confirmed email_verified validated validated_at double_opt_in bestatigt bestatigt_am
        confirme confirme_le verifie confirmado verificado
    """),
    "supports": tuple(f"{asked}_{what}" for asked in _BACKS for what in _BACKED)
    + _words("""
        do_you_agree do_you_sign do_you_want_to_sign i_sign supports_petition
        unterstutzen_sie_die_petition unterstutzt_du_die_petition ich_unterstutze_die_petition
        soutenez_vous_la_petition je_soutiens_la_petition apoyas_la_peticion apoya_la_peticion
    """),
    "publish": _words("""
        may_we_publish_your_comment may_we_publish_your_answer may_we_publish_this may_we_publish
        may_we_quote_you may_we_publish_your_name publish
        publish_name public is_public show_name show_my_name display_publicly make_public opt_in
        veroffentlichen publier publicar
    """),
    "private": _words("""
        private is_private keep_private keep_this_private confidential is_confidential
        privat vertraulich prive confidentiel privado confidencial
    """),
    "deleted": _words("""
        deleted_at deleted_on date_deleted deleted is_deleted removed_at removed_on removed is_removed
        geloscht_am geloscht supprime_le supprime eliminado_el eliminado
    """),
    "signer_kind": _words("""
        signer_type signatory_type supporter_type signer_kind type kind individual_or_organisation
        individual_or_organization signing_as
    """),
    "role": _words("role job_title job position rolle funktion fonction cargo"),
    "organisation": _words("""
        organisation organization organisation_name organization_name company employer affiliation
        institution org firma unternehmen entreprise empresa
    """),
    "site": _words("site location office city town standort ort ville ciudad"),
    "region": _words("state region province county bundesland"),
    "country": _words("country land pays pais"),
    "comment": REMARK,
    "statement": _words("statement petition_text petition_body petition_statement"),
}
"""Our column name -> what it may be called."""

SIGN_NAMES = re.compile(
    r"signat|signer|signed|sign.?up|sign.?on|petition|open.?letter|supporters|unterschrift|firmas"
)
"""File names of lists of signatures."""

STANDS = frozenset(
    _words("""
        signed active valid confirmed ok verified yes y true accepted approved counted current complete
        completed unterschrieben gultig bestatigt signe valide firmado valido confirmado
    """)
)
FALLEN = frozenset(
    _words("""
        withdrawn removed invalid rejected revoked retracted cancelled canceled deleted unsigned
        fraudulent spam duplicate pending unconfirmed unverified inactive expired zuruckgezogen ungultig
        unbestatigt retire invalide annule retirado invalido anulado pendiente
    """)
)
"""Statuses of signatures that stand, and of those that do not."""
SIGNS = frozenset(_words("sign signed sign_again resign add added join joined support supported endorse"))
LEAVES = frozenset(
    _words("""
        remove removed withdraw withdrawn withdrew unsign unsigned delete deleted revoke revoked retract
        retracted leave left
    """)
)
MENDS = frozenset(_words("drop_duplicate remove_duplicate deduplicate deduplicated merge merged"))
"""Events of a list of signatures: a name comes, it goes, a second copy of it goes."""
ORGANISATIONS = frozenset(
    _words("""
        organisation organization organisations organizations org company institution group association
        verein entreprise empresa
    """)
)
"""What stands in the place of a signer's kind where it is no person."""
YES = frozenset(_words("yes y true t 1 x ja oui si sim ✓ ✔ ☑ ✅"))
NO = frozenset(_words("no n not false f 0 nein nicht non nao ✗ ✘ ❌ ☐"))
OPEN = YES | frozenset(_words("ok okay sure public publish everyone i_agree"))
"""Answers that let something be published."""
BACKS = YES - {"1"} | frozenset(_words("support sign agree i_support i_sign i_agree strongly_agree"))
"""Answers of who backs a petition; "1" is the wrong end of many a scale."""
DECLINES = NO | frozenset(
    _words("disagree oppose i_disagree i_oppose i_don strongly_disagree do_not don_t against")
)

NOTHING = frozenset(
    ("", "null", "none", "nan", "nat", "n/a", "<na>", "nil", "-", "?", "0000-00-00", "0000-00-00 00:00:00")
)
"""Ways to write that a cell is empty."""
MANY: dict[str, AccountKind] = {
    "[deleted]": "deleted",
    "deleted": "deleted",
    "deleted user": "deleted",
    "[removed]": "deleted",
    "anonymous": "anonymous",
    "anonymous user": "anonymous",
    "anonym": "anonymous",
    "anonyme": "anonymous",
    "anónimo": "anonymous",
    "anónima": "anonymous",
    "guest": "anonymous",
    "unknown": "anonymous",
}
"""Names that stand for many people."""
