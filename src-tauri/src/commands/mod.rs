//! What the window may ask of the shell, one file per screen's subject.
//!
//! The list below is the only one: the handler, the TypeScript bindings, and (through the build script) the permissions
//! are made from it. A command deserialises, calls one job of the desk, and hands its error on.

mod batch;
mod card;
mod cardholders;
mod connect;
mod faults;
mod funds;
mod linked_cards;
mod packing;
mod papers;
mod practice;
mod practice_permissions;
mod practice_phone;
mod print;
mod replacement;
mod secrets;
mod session;
mod tables;
mod templates;

/// Every command, with its types, ready to be mounted or exported.
#[must_use]
pub fn bindings() -> tauri_specta::Builder<tauri::Wry> {
    tauri_specta::Builder::new().disable_serde_phases().commands(tauri_specta::collect_commands![
        session::session,
        session::change_settings,
        session::finish_greeting,
        session::dismiss_notices,
        session::report_painted,
        connect::save_profile,
        connect::delete_profile,
        connect::activate_profile,
        connect::test_connection,
        practice::practice_start_over,
        practice::practice_plastics,
        practice::practice_blank_plastics,
        practice::practice_play_cardholder,
        faults::practice_faults,
        faults::set_practice_faults,
        practice_phone::practice_phone,
        practice_permissions::practice_permissions,
        practice_permissions::set_practice_permissions,
        cardholders::directory,
        cardholders::refresh_directory,
        cardholders::search_gateway,
        cardholders::check_registration,
        cardholders::register_cardholder,
        cardholders::make_invitation,
        cardholders::check_invited,
        cardholders::register_invited,
        cardholders::cardholder,
        cardholders::happenings,
        cardholders::issue_card,
        cardholders::associate_card,
        linked_cards::linked_cards,
        linked_cards::check_link,
        linked_cards::link_card,
        linked_cards::rename_linked_card,
        linked_cards::unlink_card,
        card::card,
        card::movements,
        card::save_statement,
        card::activate_card,
        card::block_card,
        card::unblock_card,
        card::rename_card,
        card::request_statement,
        card::issuer_statement,
        secrets::request_pin_code,
        secrets::set_pin,
        secrets::set_held_pin,
        secrets::drop_held_pin,
        secrets::verify_pin,
        secrets::reveal_cvv,
        replacement::replacement_of_card,
        replacement::begin_replacement,
        replacement::continue_replacement,
        replacement::stop_replacement,
        replacement::resume_replacement,
        funds::draft_funds,
        funds::submit_funds,
        funds::discard_funds,
        funds::transfer,
        funds::check_transfer_types,
        funds::create_transfer_types,
        funds::operations_of_card,
        funds::attention,
        funds::look_again,
        funds::settle_operation,
        funds::clear_contradiction,
        funds::draft_follow_up,
        funds::submit_follow_up,
        batch::read_batch,
        batch::check_batch,
        batch::refresh_batch_cards,
        batch::batch_refresh,
        batch::cancel_batch_refresh,
        batch::start_batch,
        batch::pause_batch,
        batch::continue_batch,
        batch::cancel_batch,
        batch::batch,
        batch::batches,
        batch::batch_rows,
        print::printers,
        print::insert_queue,
        print::preview_inserts,
        print::save_inserts,
        print::print_inserts,
        print::print_jobs,
        print::cancel_print_job,
        print::test_page,
        papers::papers,
        papers::check_own_sheet,
        papers::save_own_sheet,
        papers::remove_own_sheet,
        papers::save_calibration,
        papers::print_calibration,
        papers::check_calibration,
        papers::keep_calibration,
        papers::forget_calibration,
        print::open_file,
        print::show_in_folder,
        packing::packing,
        packing::scan_insert,
        packing::pack_insert,
        packing::acknowledge_packing_stop,
        packing::undo_packing,
        packing::begin_packing_box,
        packing::close_packing_box,
        packing::manifest_choices,
        packing::packing_manifest,
        packing::save_manifest,
        templates::templates,
        templates::template,
        templates::see_template,
        templates::save_template,
        templates::remove_template,
        templates::export_template,
        templates::read_template,
        tables::save_table,
        tables::save_directory,
        tables::save_text,
    ])
}
