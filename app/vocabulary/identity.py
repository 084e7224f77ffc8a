from app.vocabulary.term import Term


class DocumentKind(Term):
    """Documents that prove who a person is, or what they are allowed to do."""

    FOREIGN_PASSPORT = "foreign_passport", "паспорт для виїзду за кордон", "passport for travel abroad"
    DIPLOMATIC_PASSPORT = "diplomatic_passport", "дипломатичний паспорт", "diplomatic passport"
    SERVICE_PASSPORT = "service_passport", "службовий паспорт", "service passport"
    INTERNAL_PASSPORT_BOOKLET = (
        "internal_passport_booklet",
        "паспорт громадянина України (книжечка)",
        "passport of a citizen of Ukraine (booklet)",
    )
    ID_CARD = "id_card", "посвідчення особи (ID-картка)", "identity card"
    RESIDENCE_PERMIT = "residence_permit", "посвідка на проживання", "residence permit"
    BIRTH_CERTIFICATE = "birth_certificate", "свідоцтво про народження", "birth certificate"
    TAX_NUMBER = "tax_number", "податковий номер (РНОКПП)", "tax number"
    MILITARY_DOCUMENT = "military_document", "військово-обліковий документ", "military registration document"
    DRIVING_LICENCE = "driving_licence", "посвідчення водія", "driving licence"


class ParticularKind(Term):
    """What a host, a border guard or a doctor must know about a person, and nobody else."""

    DATE_OF_BIRTH = "date_of_birth", "дата народження", "date of birth"
    SEX = "sex", "стать", "sex"
    CITIZENSHIP = "citizenship", "громадянство", "citizenship"
    PLACE_OF_BIRTH = "place_of_birth", "місце народження", "place of birth"
    HOME_ADDRESS = "home_address", "адреса проживання", "home address"
    DIETARY_NEEDS = "dietary_needs", "особливості харчування", "dietary needs"
    ALLERGIES = "allergies", "алергії", "allergies"
    ACCESSIBILITY_NEEDS = "accessibility_needs", "потреби в доступності", "accessibility needs"
    MEDICAL_NOTE = "medical_note", "медична примітка", "medical note"
    EMERGENCY_CONTACT = "emergency_contact", "кому телефонувати в разі потреби", "emergency contact"
    CLOTHING_SIZE = "clothing_size", "розмір одягу", "clothing size"
    LEGAL_GUARDIAN = "legal_guardian", "законний представник дитини", "a minor's legal guardian"
    SCHOOL = "school", "заклад освіти дитини", "a minor's school"
