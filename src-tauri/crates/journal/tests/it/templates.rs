//! A company's own templates: every version is kept, the newest counts, and nobody overwrites another's change.

use cardesk_journal::{Journal, JournalError, NewTemplateVersion};

use crate::support::at;

fn version(id: &str, version: u32, content: &str) -> NewTemplateVersion {
    NewTemplateVersion {
        id: id.to_owned(),
        version,
        name: format!("Plantilla {id}"),
        content: content.to_owned(),
        is_removed: false,
        at: at(i64::from(version)),
        operator: "ana".to_owned(),
    }
}

#[tokio::test]
async fn the_newest_version_counts_and_templates_stay_in_the_order_in_which_they_were_made() {
    let journal = Journal::open_in_memory().await.unwrap();
    journal.keep_template(&NewTemplateVersion { at: at(0), ..version("z", 1, "one") }).await.unwrap();
    journal.keep_template(&NewTemplateVersion { at: at(5), ..version("a", 1, "other") }).await.unwrap();
    journal.keep_template(&NewTemplateVersion { at: at(9), ..version("z", 2, "two") }).await.unwrap();
    let kept = journal.templates().await.unwrap();
    let seen: Vec<_> = kept.iter().map(|template| (template.id.as_str(), template.version, template.content.as_str())).collect();
    assert_eq!(seen, [("z", 2, "two"), ("a", 1, "other")]);
    assert_eq!(journal.template("z").await.unwrap().as_ref(), kept.first());
    assert_eq!(journal.template("nobody").await.unwrap(), None);
}

#[tokio::test]
async fn a_change_of_a_version_that_was_overtaken_is_refused_and_nothing_is_lost() {
    let journal = Journal::open_in_memory().await.unwrap();
    journal.keep_template(&version("t", 1, "one")).await.unwrap();
    journal.keep_template(&version("t", 2, "ana's")).await.unwrap();
    for overtaken in [version("t", 2, "luis's"), version("t", 4, "luis's"), version("new", 2, "luis's")] {
        let refused = journal.keep_template(&overtaken).await.unwrap_err();
        assert!(matches!(refused, JournalError::TemplateChanged(_)), "{refused}");
    }
    assert_eq!(journal.template("t").await.unwrap().unwrap().content, "ana's");
}

#[tokio::test]
async fn a_removed_template_is_gone_and_stays_so() {
    let journal = Journal::open_in_memory().await.unwrap();
    journal.keep_template(&version("t", 1, "one")).await.unwrap();
    journal.keep_template(&NewTemplateVersion { is_removed: true, ..version("t", 2, "one") }).await.unwrap();
    assert_eq!((journal.templates().await.unwrap(), journal.template("t").await.unwrap()), (Vec::new(), None));
    assert!(matches!(journal.keep_template(&version("t", 3, "again")).await.unwrap_err(), JournalError::TemplateChanged(_)));
}
