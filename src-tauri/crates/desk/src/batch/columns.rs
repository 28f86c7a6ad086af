//! What the columns and the words of a batch's file are called, in Spanish and English.
//!
//! Owns the list of titles and of the two operations' words. A word that could mean either is on neither list: `cargo` is a
//! debit, and one letter from `carga`.

use cardesk_domain::text::fold_for_search;

use crate::problem::Field;
use crate::view::BatchOperation;

/// A column that means something to the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Column {
    /// The gateway's id of the card.
    Card,
    /// The number of the cardholder's document.
    Document,
    /// The last four digits of the card.
    LastFour,
    /// Load or withdrawal.
    Operation,
    /// How much.
    Amount,
    /// The currency, where the file names it.
    Currency,
    /// What it is for.
    Note,
}

impl Column {
    pub(crate) const ALL: [Self; 7] =
        [Self::Card, Self::Document, Self::LastFour, Self::Operation, Self::Amount, Self::Currency, Self::Note];

    /// The field by which problems of this column are told.
    pub(crate) const fn field(self) -> Field {
        match self {
            Self::Card => Field::CardId,
            Self::Document => Field::DocumentNumber,
            Self::LastFour => Field::LastFour,
            Self::Operation => Field::Operation,
            Self::Amount => Field::Amount,
            Self::Currency => Field::Currency,
            Self::Note => Field::Note,
        }
    }

    /// The titles that name it, as [`bare`] leaves them.
    pub(crate) const fn titles(self) -> &'static [&'static str] {
        match self {
            Self::Card => &["tarjeta", "idtarjeta", "iddetarjeta", "iddelatarjeta", "card", "cardid", "idofcard", "idofthecard"],
            Self::Document => &[
                "documento",
                "numerodedocumento",
                "numerodocumento",
                "nodedocumento",
                "nodocumento",
                "document",
                "documentnumber",
                "documentno",
                "dpi",
                "cui",
                "pasaporte",
                "passport",
            ],
            Self::LastFour => &[
                "ultimos4",
                "ultimoscuatro",
                "ultimos4digitos",
                "ultimoscuatrodigitos",
                "terminacion",
                "last4",
                "lastfour",
                "last4digits",
                "lastfourdigits",
                "endingin",
            ],
            Self::Operation => &["operacion", "tipo", "tipodeoperacion", "movimiento", "operation", "type", "operationtype"],
            Self::Amount => &["monto", "importe", "cantidad", "valor", "amount", "value"],
            Self::Currency => &["moneda", "divisa", "currency"],
            Self::Note => &["nota", "descripcion", "concepto", "detalle", "motivo", "note", "description", "memo"],
        }
    }

    /// The column of this title, if it is one of ours.
    pub(crate) fn of_title(title: &str) -> Option<Self> {
        let title = bare(title);
        Self::ALL.into_iter().find(|column| column.titles().contains(&title.as_str()))
    }
}

/// Which way the money goes, by the word in the file.
pub(crate) fn operation_of(word: &str) -> Option<BatchOperation> {
    match bare(word).as_str() {
        "carga" | "cargar" | "recarga" | "recargar" | "load" | "addfunds" => Some(BatchOperation::Load),
        "retiro" | "retirar" | "withdrawal" | "withdraw" | "withdrawfunds" => Some(BatchOperation::Withdrawal),
        _ => None,
    }
}

/// Letters and digits alone, without accents and case.
pub(crate) fn bare(text: &str) -> String {
    fold_for_search(text).chars().filter(|character| character.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_known_however_people_write_them() {
        for (title, column) in [
            ("Tarjeta", Column::Card),
            ("ID de la tarjeta", Column::Card),
            ("card_id", Column::Card),
            ("No. de documento", Column::Document),
            ("DPI", Column::Document),
            ("Últimos 4", Column::LastFour),
            ("ÚLTIMOS CUATRO DÍGITOS", Column::LastFour),
            ("last-four", Column::LastFour),
            (" Operación ", Column::Operation),
            ("MONTO", Column::Amount),
            ("Moneda", Column::Currency),
            ("Descripción", Column::Note),
        ] {
            assert_eq!(Column::of_title(title), Some(column), "{title}");
        }
        for foreign in ["", "nombre", "montos", "saldo", "#"] {
            assert_eq!(Column::of_title(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn no_title_names_two_columns() {
        let all: Vec<&str> = Column::ALL.iter().flat_map(|column| column.titles()).copied().collect();
        let distinct: std::collections::HashSet<&str> = all.iter().copied().collect();
        assert_eq!(all.len(), distinct.len());
        assert!(all.iter().all(|title| bare(title) == *title));
    }

    #[test]
    fn a_word_that_could_mean_either_way_is_no_operation() {
        for word in ["Carga", "LOAD", "recarga", "ADD_FUNDS"] {
            assert_eq!(operation_of(word), Some(BatchOperation::Load), "{word}");
        }
        for word in ["Retiro", "withdraw", "WITHDRAW_FUNDS"] {
            assert_eq!(operation_of(word), Some(BatchOperation::Withdrawal), "{word}");
        }
        for word in ["", "cargo", "abono", "crédito", "charge", "transfer", "cargas y retiros"] {
            assert_eq!(operation_of(word), None, "{word}");
        }
    }
}
