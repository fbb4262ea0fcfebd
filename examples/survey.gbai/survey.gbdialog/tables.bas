' One row for each person who has answered.

TABLE answers
    FIELD id AS integer
    FIELD survey AS string
    FIELD dish AS string
    FIELD score AS integer
    FIELD visits AS integer
    FIELD again AS boolean
    FIELD comment AS text
    FIELD answered_at AS datetime
END TABLE
