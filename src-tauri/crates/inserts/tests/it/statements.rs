//! A statement on paper: whole, readable, on the paper that was asked for, and marked wherever no real money is behind it.

use cardesk_domain::Environment;
use cardesk_inserts::{Paper, Statement, StatementRow, make_statement};

use crate::tools::Printed;

fn row(number: usize) -> StatementRow {
    StatementRow {
        date: format!("{:02} nov 2026, 16:04", number % 28 + 1),
        movement: format!("Pago número {number} en Panadería Ñuñoa"),
        reference: format!("CD-7F3K-{number:04}"),
        amount: "− 1,157.50".to_owned(),
        balance: "25,594.50".to_owned(),
    }
}

fn statement(paper: Paper, rows: Vec<StatementRow>) -> Statement {
    let pair = |label: &str, text: &str| (label.to_owned(), text.to_owned());
    Statement {
        paper,
        language: "es".to_owned(),
        company_name: "Café Los Volcanes, S. A.".to_owned(),
        title: "Estado de cuenta".to_owned(),
        facts: vec![pair("Tarjetahabiente", "Núñez O'Neill, Lucía"), pair("Tarjeta", "•••• 4417"), pair("Período", "noviembre de 2026")],
        figures: vec![
            pair("Saldo inicial", "Q 0.00"),
            pair("Entró", "Q 25,752.00"),
            pair("Salió", "Q 157.50"),
            pair("Saldo final", "Q 25,594.50"),
        ],
        notes: vec!["Los saldos que no da la pasarela se calcularon.".to_owned()],
        columns: ["Fecha", "Movimiento", "Referencia", "Monto", "Saldo"].map(str::to_owned),
        rows,
        empty: "Sin movimientos.".to_owned(),
        foot: "Hecho por Cardesk".to_owned(),
    }
}

fn printed(statement: &Statement, environment: Environment) -> Printed {
    Printed::of(make_statement(statement, environment).expect("a statement").bytes())
}

#[test]
fn every_row_is_there_once_over_as_many_pages_as_it_takes() {
    for paper in [Paper::A4, Paper::Letter] {
        let statement = statement(paper, (0..120).map(row).collect());
        let made = make_statement(&statement, Environment::Practice).expect("a statement");
        let file = Printed::of(made.bytes());
        file.checked_by_qpdf();
        let text = file.text();
        for number in 0..120 {
            assert_eq!(text.matches(&format!("CD-7F3K-{number:04}")).count(), 1, "{number}");
        }
        assert!(made.pages() > 1 && text.contains(&format!("{0} / {0}", made.pages())), "{}", made.pages());
        for (label, figure) in &statement.figures {
            assert!(text.contains(label) && text.contains(figure), "{label}");
        }
        let size = match paper {
            Paper::A4 => "595.32 x 841.92",
            Paper::Letter => "612 x 792",
        };
        assert!(file.info().contains(size), "{}", file.info());
    }
}

#[test]
fn the_mark_of_a_test_is_on_every_page_and_in_production_on_none() {
    let statement = statement(Paper::Letter, (0..120).map(row).collect());
    let pages = make_statement(&statement, Environment::Qa).expect("a statement").pages();
    assert_eq!(printed(&statement, Environment::Qa).text().matches("ENSAYO · SIN VALOR · QA").count(), pages);
    assert!(!printed(&statement, Environment::Production).text().contains("ENSAYO"));
}

#[test]
fn what_the_font_lacks_is_a_question_mark_and_keeps_no_statement_back() {
    let hostile = StatementRow { movement: "漢字 😀 \u{202e}Tienda\n=1+1".to_owned(), ..row(1) };
    let text = printed(&statement(Paper::A4, vec![hostile]), Environment::Production).text();
    assert!(text.contains("?? ?") && text.contains("Tienda =1+1"), "{text}");
}

#[test]
fn a_long_text_takes_more_lines_and_loses_nothing() {
    let long = "Restaurante y Cafetería La Esquina del Sabor Guatemalteco de la Sexta Avenida y Doce Calle ".repeat(4);
    let long = StatementRow { movement: long.trim().to_owned(), ..row(1) };
    let text = printed(&statement(Paper::A4, vec![long]), Environment::Production).text();
    assert_eq!(text.split_whitespace().filter(|word| *word == "Guatemalteco").count(), 4, "{text}");
}

#[test]
fn a_long_reference_of_another_system_keeps_to_its_column() {
    let long = StatementRow { reference: "NOMINA-2026-11-15-LOTE-000000000123456789-ABCDEF".to_owned(), ..row(1) };
    let text = printed(&statement(Paper::Letter, vec![long]), Environment::Production).text();
    let drawn: String = text.split_whitespace().collect();
    assert!(drawn.contains("NOMINA-2026-11-15-LOTE-000000000123456789-ABCDEF"), "{text}");
    assert!(!text.contains("LOTE-000000000123456789-ABCDEF"), "it stands on one line: {text}");
}

#[test]
fn months_without_movements_say_so() {
    assert!(printed(&statement(Paper::A4, Vec::new()), Environment::Production).text().contains("Sin movimientos."));
}
