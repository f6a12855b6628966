//! Every test of the workspace that needs more than one crate, in one binary.
#![cfg(test)]

mod architecture;
mod docs;
mod lifecycle;
mod privacy;
mod words;

mod api {
    mod accounts;
    mod audit;
    pub(crate) mod auth;
    mod demo;
    pub(crate) mod device_key;
    mod errors;
    mod http;
    mod https;
    mod imports;
    mod limits;
    pub(crate) mod media;
    pub(crate) mod mediations;
    pub(crate) mod people;
    mod photos;
    mod program;
    mod rights;
    mod sign_in_anew;
    pub(crate) mod strangers;
    mod tickets;
    mod visits;
}

mod classify {
    mod figures;
    mod proposals;
}

mod deadlines {
    mod count;
    mod profiles;
    mod promises;
    mod sweep;
}

mod faults {
    mod durability;
    mod every_call;
    mod full_disk;
    mod health;
    mod panics;
    mod sweep;
}

mod forms {
    mod answers;
    mod gate;
    mod office;
    mod visits;
    mod xlsform;
}

mod history {
    mod backup;
    mod keys;
    mod laws;
    mod photos;
    mod rebuild;
    mod timeline;
}

mod intake {
    pub(crate) mod desk;
    mod duplicates;
    mod evidence;
    mod inbox;
    mod reports;
}

mod life {
    mod boards;
    mod desk;
    mod exchange;
    mod figures;
    mod moving;
    mod papers;
    mod references;
    pub(crate) mod street;
    mod table;
    mod whole;
}

mod imports {
    mod again;
    mod calendar;
    mod cases;
    mod command_line;
    pub(crate) mod files;
    mod office_sheet;
    mod real_data;
    mod ugly;
}

mod mediation {
    mod contacts;
    mod courtyard;
    pub(crate) mod paper;
    mod representative;
    mod rows;
    mod verify;
}

mod simulate {
    mod hub;
    mod kills;
    mod phones;
}

mod store {
    mod audit;
    mod calendar;
    mod devices;
    mod keys;
    mod media;
    mod migrations;
    mod people;
    mod plans;
    pub(crate) mod rows;
    mod scopes;
    mod search;
    mod statements;
    mod tenants;
    mod tickets;
    mod tokens;
    mod transactions;
}

mod sync {
    mod admission;
    mod aside;
    mod compatibility;
    mod convergence;
    mod desk;
    mod discard;
    mod doors;
    mod finds;
    mod groups;
    mod hand_over;
    mod hostile;
    mod live;
    mod mutations;
    mod neighbours;
    mod office_live;
    mod offline;
    mod on_call;
    mod partitions;
    mod released;
    mod rollback;
    pub(crate) mod scope;
    mod sight;
    pub(crate) mod signed;
    pub(crate) mod street;
    mod two_hubs;
    mod work;
}

mod worker {
    mod pool;
}
